package io.getindico.metrics.collectors.reviewing;

import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;

import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.time.Instant;

/** Events at the boundaries of their phases, and contributions to them. */
final class ReviewingRows {
    /** Long before everything else, so that it would be the oldest if it counted. */
    static final Instant LONG_AGO = Instant.parse("0001-01-01T00:00:00Z");

    private static final Duration YEAR = Duration.ofDays(365);

    private ReviewingRows() {}

    static int upcoming(IndicoRows rows) {
        return event(rows, NOW.plus(TICK), NOW.plus(TICK));
    }

    static int ongoingSinceNow(IndicoRows rows) {
        return event(rows, NOW, NOW.plus(TICK));
    }

    static int ongoingUntilNow(IndicoRows rows) {
        return event(rows, NOW.minus(TICK), NOW);
    }

    static int justOver(IndicoRows rows) {
        return event(rows, NOW.minus(TICK), NOW.minus(TICK));
    }

    static int overForAYear(IndicoRows rows) {
        return event(rows, NOW.minus(YEAR), NOW.minus(YEAR));
    }

    static int overForMoreThanAYear(IndicoRows rows) {
        return event(rows, NOW.minus(YEAR).minus(TICK), NOW.minus(YEAR).minus(TICK));
    }

    static int deleted(IndicoRows rows) {
        int event = upcoming(rows);
        rows.update(EVENTS, event, EVENTS.IS_DELETED, true);
        return event;
    }

    private static int event(IndicoRows rows, Instant start, Instant end) {
        return rows.row(EVENTS)
                .with(EVENTS.START_DT, start)
                .with(EVENTS.END_DT, end)
                .insert();
    }

    static int contribution(IndicoRows rows, int event) {
        return rows.row(CONTRIBUTIONS).with(CONTRIBUTIONS.EVENT_ID, event).insert();
    }

    static int deletedContribution(IndicoRows rows) {
        int contribution = contribution(rows, upcoming(rows));
        rows.update(CONTRIBUTIONS, contribution, CONTRIBUTIONS.IS_DELETED, true);
        return contribution;
    }
}
