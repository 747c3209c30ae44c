package io.getindico.metrics.collectors.reviewing;

import static io.getindico.metrics.collectors.Past.day;
import static io.getindico.metrics.collectors.reviewing.ReviewingRows.LONG_AGO;
import static io.getindico.metrics.jooq.event_abstracts.tables.AbstractReviews.ABSTRACT_REVIEWS;
import static io.getindico.metrics.jooq.event_abstracts.tables.Abstracts.ABSTRACTS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.collectors.Past;
import io.getindico.metrics.jooq.enums.AbstractState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

final class AbstractsCollectorTest extends CollectorContract {
    private static final String OLDEST = "indico_abstracts_oldest_submitted_timestamp_seconds";

    @Override
    protected MetricCollector collector() {
        return new AbstractsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int past = ReviewingRows.justOver(rows);
        for (AbstractState state : AbstractState.values()) {
            review(rows, submit(rows, past, state, LONG_AGO));
        }
        submit(rows, ReviewingRows.upcoming(rows), AbstractState.SUBMITTED, NOW);
        submit(rows, ReviewingRows.upcoming(rows), AbstractState.WITHDRAWN, LONG_AGO);
        submit(rows, ReviewingRows.ongoingSinceNow(rows), AbstractState.SUBMITTED, NOW.plus(TICK));
        review(rows, submit(rows, ReviewingRows.ongoingUntilNow(rows), AbstractState.SUBMITTED, daysAgo(40)));
        submit(rows, ReviewingRows.deleted(rows), AbstractState.SUBMITTED, LONG_AGO);
        int deleted = submit(rows, ReviewingRows.upcoming(rows), AbstractState.SUBMITTED, LONG_AGO);
        rows.update(ABSTRACTS, deleted, ABSTRACTS.IS_DELETED, true);
        submitAtTheEdgesOfWindows(rows);
    }

    /** None of these counts by state. */
    private static void submitAtTheEdgesOfWindows(IndicoRows rows) {
        int event = ReviewingRows.deleted(rows);
        submit(rows, event, AbstractState.INVITED, NOW);
        submit(rows, event, AbstractState.SUBMITTED, NOW);
        submit(rows, event, AbstractState.SUBMITTED, NOW.plus(TICK));
        for (int days : new int[] {1, 7, 30}) {
            submit(rows, event, AbstractState.MERGED, daysAgo(days));
            submit(rows, event, AbstractState.MERGED, daysAgo(days).plus(TICK));
        }
    }

    @Test
    void onlyASubmittedAbstractIsUnderReviewAndDeletedOnesDoNotCount(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        SortedMap<String, Double> values = values(database);
        assertThat(values)
                .containsEntry(series("under_review", "past"), 1.0)
                .containsEntry(series("withdrawn", "past"), 1.0)
                .containsEntry(series("accepted", "past"), 1.0)
                .containsEntry(series("rejected", "past"), 1.0)
                .containsEntry(series("merged", "past"), 1.0)
                .containsEntry(series("duplicate", "past"), 1.0)
                .containsEntry(series("invited", "past"), 1.0)
                .containsEntry(series("awaiting", "upcoming"), 1.0)
                .containsEntry(series("withdrawn", "upcoming"), 1.0)
                .containsEntry(series("awaiting", "ongoing"), 1.0)
                .containsEntry(series("under_review", "ongoing"), 1.0);
        assertThat(values.entrySet())
                .filteredOn(entry -> entry.getKey().startsWith("indico_abstracts{") && entry.getValue() > 0)
                .hasSize(11);
    }

    @Test
    void windowsEndNowAndCountDeletedOnes(IndicoDatabase database, IndicoRows rows) {
        submitAtTheEdgesOfWindows(rows);
        assertThat(values(database))
                .containsEntry("indico_abstracts_submitted_1d", 2.0)
                .containsEntry("indico_abstracts_submitted_7d", 4.0)
                .containsEntry("indico_abstracts_submitted_30d", 6.0)
                .containsEntry(series("merged", "upcoming"), 0.0)
                .doesNotContainKey(OLDEST);
    }

    @Test
    void theOldestAwaitsAJudgmentForAnEventThatIsNotOver(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database)).containsEntry(OLDEST, daysAgo(40).getEpochSecond() + 0.123456);
    }

    @Test
    void aStateOfAFutureReleaseIsUnknownAndSubmitted(IndicoDatabase database, IndicoRows rows) {
        int future = submit(rows, ReviewingRows.upcoming(rows), AbstractState.SUBMITTED, NOW);
        UnknownCode.set(database, ABSTRACTS.STATE, future);
        assertThat(values(database))
                .containsEntry(series("unknown", "upcoming"), 1.0)
                .containsEntry("indico_abstracts_submitted_1d", 1.0)
                .doesNotContainKey(OLDEST);
    }

    @Test
    void inThePastAnAbstractWaitsUntilItsJudgment(IndicoDatabase database, IndicoRows rows) {
        int event = rows.row(EVENTS)
                .with(EVENTS.START_DT, day(3))
                .with(EVENTS.END_DT, day(9))
                .insert();
        int accepted = submit(rows, event, AbstractState.ACCEPTED, day(0));
        rows.update(ABSTRACTS, accepted, ABSTRACTS.JUDGMENT_DT, day(2));
        review(rows, accepted);
        int rejected = submit(rows, event, AbstractState.REJECTED, day(1));
        rows.update(ABSTRACTS, rejected, ABSTRACTS.JUDGMENT_DT, day(4));
        submit(rows, event, AbstractState.WITHDRAWN, day(0));
        Map<String, Collection<Double>> past = Past.of(collector(), database, 5);
        assertThat(past.get(series("under_review", "upcoming"))).containsExactly(1.0, 1.0, 0.0, 0.0, 0.0);
        assertThat(past.get(series("accepted", "upcoming"))).containsExactly(0.0, 0.0, 1.0, 0.0, 0.0);
        assertThat(past.get(series("accepted", "ongoing"))).containsExactly(0.0, 0.0, 0.0, 1.0, 1.0);
        assertThat(past.get(series("awaiting", "upcoming"))).containsExactly(0.0, 1.0, 1.0, 0.0, 0.0);
        assertThat(past.get(series("awaiting", "ongoing"))).containsExactly(0.0, 0.0, 0.0, 1.0, 0.0);
        assertThat(past.get(series("rejected", "ongoing"))).containsExactly(0.0, 0.0, 0.0, 0.0, 1.0);
        assertThat(past.get(series("withdrawn", "upcoming"))).containsExactly(1.0, 1.0, 1.0, 0.0, 0.0);
    }

    private static Instant daysAgo(int days) {
        return NOW.minus(Duration.ofDays(days));
    }

    private static int submit(IndicoRows rows, int event, AbstractState state, Instant submitted) {
        return rows.row(ABSTRACTS)
                .with(ABSTRACTS.EVENT_ID, event)
                .with(ABSTRACTS.STATE, state)
                .with(ABSTRACTS.SUBMITTED_DT, submitted)
                .insert();
    }

    private static void review(IndicoRows rows, int submitted) {
        rows.row(ABSTRACT_REVIEWS).with(ABSTRACT_REVIEWS.ABSTRACT_ID, submitted).insert();
    }

    private static String series(String state, String phase) {
        return "indico_abstracts{event_phase=\"" + phase + "\",state=\"" + state + "\"}";
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
