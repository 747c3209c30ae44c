package io.getindico.metrics.collectors.reviewing;

import static io.getindico.metrics.collectors.Past.day;
import static io.getindico.metrics.collectors.reviewing.ReviewingRows.LONG_AGO;
import static io.getindico.metrics.collectors.reviewing.ReviewingRows.contribution;
import static io.getindico.metrics.jooq.event_editing.tables.Editables.EDITABLES;
import static io.getindico.metrics.jooq.event_editing.tables.Revisions.REVISIONS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.collectors.Past;
import io.getindico.metrics.jooq.enums.EditableType;
import io.getindico.metrics.jooq.enums.RevisionType;
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

final class EditingCollectorTest extends CollectorContract {
    private static final Instant OLDEST = Instant.parse("2025-02-01T00:00:00Z");
    private static final String OLDEST_FAMILY = "indico_editables_oldest_ready_timestamp_seconds";

    @Override
    protected MetricCollector collector() {
        return new EditingCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int past = ReviewingRows.overForMoreThanAYear(rows);
        for (RevisionType type : RevisionType.values()) {
            revise(rows, editable(rows, EditableType.PAPER, contribution(rows, past)), type, LONG_AGO);
        }
        revise(rows, assigned(rows, contribution(rows, past)), RevisionType.RESET, LONG_AGO);
        int current = contribution(rows, ReviewingRows.overForAYear(rows));
        int revised = editable(rows, EditableType.SLIDES, current);
        revise(rows, revised, RevisionType.READY_FOR_REVIEW, LONG_AGO);
        int accepted = revise(rows, revised, RevisionType.ACCEPTANCE, NOW.minusSeconds(1));
        rows.update(REVISIONS, revise(rows, revised, RevisionType.REJECTION, NOW), REVISIONS.IS_UNDONE, true);
        rows.update(EDITABLES, revised, EDITABLES.PUBLISHED_REVISION_ID, accepted);
        revise(rows, editable(rows, EditableType.POSTER, current), RevisionType.REPLACEMENT, OLDEST);
        int deleted = editable(rows, EditableType.POSTER, contribution(rows, ReviewingRows.upcoming(rows)));
        revise(rows, deleted, RevisionType.READY_FOR_REVIEW, LONG_AGO);
        rows.update(EDITABLES, deleted, EDITABLES.IS_DELETED, true);
        revise(
                rows,
                editable(rows, EditableType.POSTER, ReviewingRows.deletedContribution(rows)),
                RevisionType.READY_FOR_REVIEW,
                LONG_AGO);
        revise(
                rows,
                editable(rows, EditableType.POSTER, contribution(rows, ReviewingRows.deleted(rows))),
                RevisionType.READY_FOR_REVIEW,
                LONG_AGO);
    }

    @Test
    void theNewestRevisionThatIsNotUndoneGivesTheState(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        SortedMap<String, Double> values = values(database);
        assertThat(values)
                .containsEntry(series("paper", "new"), 1.0)
                .containsEntry(series("paper", "ready_for_review"), 4.0)
                .containsEntry(series("paper", "needs_submitter_confirmation"), 1.0)
                .containsEntry(series("paper", "needs_submitter_changes"), 2.0)
                .containsEntry(series("paper", "accepted_submitter"), 1.0)
                .containsEntry(series("paper", "accepted"), 1.0)
                .containsEntry(series("paper", "rejected"), 1.0)
                .containsEntry(series("slides", "accepted"), 1.0)
                .containsEntry(series("poster", "ready_for_review"), 1.0);
        assertThat(values.entrySet())
                .filteredOn(entry -> entry.getKey().startsWith("indico_editables{") && entry.getValue() > 0)
                .hasSize(9);
    }

    @Test
    void thoseWithoutAnEditorAndThosePublishedCountByType(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .containsEntry("indico_unassigned_editables{editable_type=\"paper\"}", 3.0)
                .containsEntry("indico_unassigned_editables{editable_type=\"slides\"}", 0.0)
                .containsEntry("indico_unassigned_editables{editable_type=\"poster\"}", 1.0)
                .containsEntry("indico_published_editables{editable_type=\"paper\"}", 0.0)
                .containsEntry("indico_published_editables{editable_type=\"slides\"}", 1.0)
                .containsEntry("indico_published_editables{editable_type=\"poster\"}", 0.0)
                .containsEntry(OLDEST_FAMILY, (double) OLDEST.getEpochSecond());
    }

    @Test
    void withoutARevisionOrWithOneOfAFutureReleaseTheStateIsUnknown(IndicoDatabase database, IndicoRows rows) {
        int current = contribution(rows, ReviewingRows.upcoming(rows));
        int undone = editable(rows, EditableType.SLIDES, current);
        rows.update(REVISIONS, revise(rows, undone, RevisionType.READY_FOR_REVIEW, NOW), REVISIONS.IS_UNDONE, true);
        int future = editable(rows, EditableType.POSTER, current);
        UnknownCode.set(database, REVISIONS.TYPE, revise(rows, future, RevisionType.READY_FOR_REVIEW, NOW));
        UnknownCode.set(database, EDITABLES.TYPE, editable(rows, EditableType.PAPER, current));
        assertThat(values(database))
                .containsEntry(series("slides", "unknown"), 1.0)
                .containsEntry(series("poster", "unknown"), 1.0)
                .containsEntry(series("unknown", "unknown"), 1.0)
                .doesNotContainKey(OLDEST_FAMILY);
    }

    @Test
    void theLastOfRevisionsAtTheSameTimeCounts(IndicoDatabase database, IndicoRows rows) {
        int editable = editable(rows, EditableType.SLIDES, contribution(rows, ReviewingRows.upcoming(rows)));
        revise(rows, editable, RevisionType.NEW, NOW);
        revise(rows, editable, RevisionType.READY_FOR_REVIEW, NOW);
        assertThat(values(database)).containsEntry(series("slides", "ready_for_review"), 1.0);
    }

    @Test
    void inThePastEachRevisionThatIsNotUndoneCountsUntilTheNext(IndicoDatabase database, IndicoRows rows) {
        int editable = editable(rows, EditableType.SLIDES, contribution(rows, ReviewingRows.upcoming(rows)));
        revise(rows, editable, RevisionType.READY_FOR_REVIEW, day(0));
        int undone = revise(rows, editable, RevisionType.REJECTION, day(1));
        rows.update(REVISIONS, undone, REVISIONS.IS_UNDONE, true);
        int accepted = revise(rows, editable, RevisionType.ACCEPTANCE, day(2));
        rows.update(EDITABLES, editable, EDITABLES.PUBLISHED_REVISION_ID, accepted);
        int deleted = editable(rows, EditableType.SLIDES, contribution(rows, ReviewingRows.upcoming(rows)));
        revise(rows, deleted, RevisionType.READY_FOR_REVIEW, day(0));
        rows.update(EDITABLES, deleted, EDITABLES.IS_DELETED, true);
        Map<String, Collection<Double>> past = Past.of(collector(), database, 4);
        assertThat(past.get(series("slides", "ready_for_review"))).containsExactly(1.0, 1.0, 0.0, 0.0);
        assertThat(past.get(series("slides", "rejected"))).containsExactly(0.0, 0.0, 0.0, 0.0);
        assertThat(past.get(series("slides", "accepted"))).containsExactly(0.0, 0.0, 1.0, 1.0);
        // Before its first date nothing is known.
        assertThat(past.get("indico_published_editables{editable_type=\"slides\"}"))
                .containsExactly(1.0, 1.0);
    }

    private static int editable(IndicoRows rows, EditableType type, int contribution) {
        return rows.row(EDITABLES)
                .with(EDITABLES.TYPE, type)
                .with(EDITABLES.CONTRIBUTION_ID, contribution)
                .insert();
    }

    private static int assigned(IndicoRows rows, int contribution) {
        int editable = editable(rows, EditableType.PAPER, contribution);
        rows.update(EDITABLES, editable, EDITABLES.EDITOR_ID, rows.row(USERS).insert());
        return editable;
    }

    private static int revise(IndicoRows rows, int editable, RevisionType type, Instant created) {
        return rows.row(REVISIONS)
                .with(REVISIONS.EDITABLE_ID, editable)
                .with(REVISIONS.TYPE, type)
                .with(REVISIONS.CREATED_DT, created)
                .insert();
    }

    private static String series(String type, String state) {
        return "indico_editables{editable_type=\"" + type + "\",state=\"" + state + "\"}";
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
