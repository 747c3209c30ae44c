package io.getindico.metrics.collectors.reviewing;

import static io.getindico.metrics.collectors.Past.day;
import static io.getindico.metrics.collectors.reviewing.ReviewingRows.LONG_AGO;
import static io.getindico.metrics.collectors.reviewing.ReviewingRows.contribution;
import static io.getindico.metrics.jooq.event_paper_reviewing.tables.Revisions.REVISIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.collectors.Past;
import io.getindico.metrics.jooq.enums.PaperRevisionState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

final class PapersCollectorTest extends CollectorContract {
    private static final Instant OLDEST = Instant.parse("2025-02-01T00:00:00Z");
    private static final String OLDEST_FAMILY = "indico_papers_oldest_submitted_timestamp_seconds";

    @Override
    protected MetricCollector collector() {
        return new PapersCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int past = ReviewingRows.overForMoreThanAYear(rows);
        for (PaperRevisionState state : PaperRevisionState.values()) {
            revise(rows, contribution(rows, past), state, LONG_AGO);
        }
        revise(rows, contribution(rows, ReviewingRows.overForAYear(rows)), PaperRevisionState.SUBMITTED, OLDEST);
        revise(rows, contribution(rows, ReviewingRows.justOver(rows)), PaperRevisionState.SUBMITTED, NOW);
        revise(rows, contribution(rows, ReviewingRows.ongoingUntilNow(rows)), PaperRevisionState.SUBMITTED, NOW);
        revise(rows, contribution(rows, ReviewingRows.ongoingSinceNow(rows)), PaperRevisionState.REJECTED, LONG_AGO);
        int revised = contribution(rows, ReviewingRows.upcoming(rows));
        revise(rows, revised, PaperRevisionState.ACCEPTED, NOW);
        revise(rows, revised, PaperRevisionState.SUBMITTED, LONG_AGO);
        revise(rows, ReviewingRows.deletedContribution(rows), PaperRevisionState.SUBMITTED, LONG_AGO);
        revise(rows, contribution(rows, ReviewingRows.deleted(rows)), PaperRevisionState.SUBMITTED, LONG_AGO);
    }

    @Test
    void theNewestRevisionOfAContributionCounts(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .containsEntry(series("submitted", "past"), 3.0)
                .containsEntry(series("accepted", "past"), 1.0)
                .containsEntry(series("rejected", "past"), 1.0)
                .containsEntry(series("to_be_corrected", "past"), 1.0)
                .containsEntry(series("submitted", "ongoing"), 1.0)
                .containsEntry(series("accepted", "ongoing"), 0.0)
                .containsEntry(series("rejected", "ongoing"), 1.0)
                .containsEntry(series("to_be_corrected", "ongoing"), 0.0)
                .containsEntry(series("submitted", "upcoming"), 0.0)
                .containsEntry(series("accepted", "upcoming"), 1.0)
                .containsEntry(series("rejected", "upcoming"), 0.0)
                .containsEntry(series("to_be_corrected", "upcoming"), 0.0)
                .containsEntry(OLDEST_FAMILY, (double) OLDEST.getEpochSecond())
                .hasSize(13);
    }

    @Test
    void aStateOfAFutureReleaseIsUnknownAndAwaitsNothing(IndicoDatabase database, IndicoRows rows) {
        int paper = contribution(rows, ReviewingRows.upcoming(rows));
        UnknownCode.set(database, REVISIONS.STATE, revise(rows, paper, PaperRevisionState.SUBMITTED, NOW));
        assertThat(values(database))
                .containsEntry(series("unknown", "upcoming"), 1.0)
                .doesNotContainKey(OLDEST_FAMILY);
    }

    @Test
    void inThePastAPaperWaitsUntilItsJudgment(IndicoDatabase database, IndicoRows rows) {
        int event = rows.row(EVENTS)
                .with(EVENTS.START_DT, day(4))
                .with(EVENTS.END_DT, day(5))
                .insert();
        int paper = contribution(rows, event);
        int first = revise(rows, paper, PaperRevisionState.TO_BE_CORRECTED, day(0));
        rows.update(REVISIONS, first, REVISIONS.JUDGMENT_DT, day(1));
        revise(rows, paper, PaperRevisionState.SUBMITTED, day(3));
        revise(rows, ReviewingRows.deletedContribution(rows), PaperRevisionState.SUBMITTED, day(0));
        Map<String, Collection<Double>> past = Past.of(collector(), database, 7);
        assertThat(past.get(series("submitted", "upcoming"))).containsExactly(1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0);
        assertThat(past.get(series("to_be_corrected", "upcoming"))).containsExactly(0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0);
        assertThat(past.get(series("submitted", "ongoing"))).containsExactly(0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0);
        assertThat(past.get(series("submitted", "past"))).containsExactly(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0);
    }

    @Test
    void inThePastAPaperWithoutADateOfItsJudgmentNeverWaits(IndicoDatabase database, IndicoRows rows) {
        int paper = contribution(rows, ReviewingRows.upcoming(rows));
        revise(rows, paper, PaperRevisionState.ACCEPTED, day(0));
        Map<String, Collection<Double>> past = Past.of(collector(), database, 2);
        assertThat(past.get(series("submitted", "upcoming"))).containsExactly(0.0, 0.0);
        assertThat(past.get(series("accepted", "upcoming"))).containsExactly(1.0, 1.0);
    }

    private static int revise(IndicoRows rows, int contribution, PaperRevisionState state, Instant submitted) {
        return rows.row(REVISIONS)
                .with(REVISIONS.CONTRIBUTION_ID, contribution)
                .with(REVISIONS.STATE, state)
                .with(REVISIONS.SUBMITTED_DT, submitted)
                .insert();
    }

    private static String series(String state, String phase) {
        return "indico_papers{event_phase=\"" + phase + "\",state=\"" + state + "\"}";
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
