package io.getindico.metrics.collectors.notes;

import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;
import static io.getindico.metrics.jooq.events.tables.Sessions.SESSIONS;
import static io.getindico.metrics.jooq.events.tables.Subcontributions.SUBCONTRIBUTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The chain of what a note belongs to is tested with {@code DeadObjects}. */
final class NotesCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new NotesCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        note(rows, rows.row(EVENTS).insert(), false);
        note(rows, rows.row(EVENTS).insert(), false);
        note(rows, rows.row(EVENTS).insert(), true);
        int event = rows.row(EVENTS).insert();
        int contribution =
                rows.row(CONTRIBUTIONS).with(CONTRIBUTIONS.EVENT_ID, event).insert();
        int subcontribution = rows.row(SUBCONTRIBUTIONS)
                .with(SUBCONTRIBUTIONS.CONTRIBUTION_ID, contribution)
                .insert();
        int session = rows.row(SESSIONS).with(SESSIONS.EVENT_ID, event).insert();
        note(rows, LinkType.CONTRIBUTION)
                .with(NOTES.CONTRIBUTION_ID, contribution)
                .insert();
        note(rows, LinkType.SUBCONTRIBUTION)
                .with(NOTES.SUBCONTRIBUTION_ID, subcontribution)
                .insert();
        note(rows, LinkType.SESSION).with(NOTES.SESSION_ID, session).insert();
        // No sequence gives an id below 0, but a table takes one.
        rows.row(EVENTS).with(EVENTS.ID, -5).with(EVENTS.IS_DELETED, true).insert();
        note(rows, -5, false);
    }

    @Test
    void aDeletedNoteAndOneOfADeletedEventDoNotCount(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of(
                        "indico_num_notes", 5.0,
                        "indico_notes{object_type=\"event\"}", 2.0,
                        "indico_notes{object_type=\"contribution\"}", 1.0,
                        "indico_notes{object_type=\"subcontribution\"}", 1.0,
                        "indico_notes{object_type=\"session\"}", 1.0));
    }

    @Test
    void countsByObjectOnlyIfBothEventsAreLive(IndicoDatabase database, IndicoRows rows) {
        int contribution = rows.row(CONTRIBUTIONS)
                .with(CONTRIBUTIONS.EVENT_ID, rows.row(EVENTS).insert())
                .insert();
        note(rows, LinkType.CONTRIBUTION)
                .with(NOTES.CONTRIBUTION_ID, contribution)
                .with(
                        NOTES.EVENT_ID,
                        rows.row(EVENTS).with(EVENTS.IS_DELETED, true).insert())
                .insert();
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .containsEntry("indico_num_notes", 1.0)
                .containsEntry("indico_notes{object_type=\"contribution\"}", 0.0);
    }

    @Test
    void aTypeOfAFutureReleaseIsUnknown(IndicoDatabase database, IndicoRows rows) {
        UnknownCode.set(database, NOTES.LINK_TYPE, note(rows, rows.row(EVENTS).insert(), false));
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .containsEntry("indico_num_notes", 1.0)
                .containsEntry("indico_notes{object_type=\"unknown\"}", 1.0);
    }

    private static IndicoRows.Row note(IndicoRows rows, LinkType object) {
        return rows.row(NOTES).with(NOTES.LINK_TYPE, object);
    }

    private static int note(IndicoRows rows, int event, boolean isDeleted) {
        return rows.row(NOTES)
                .with(NOTES.LINK_TYPE, LinkType.EVENT)
                .with(NOTES.EVENT_ID, event)
                .with(NOTES.LINKED_EVENT_ID, event)
                .with(NOTES.IS_DELETED, isDeleted)
                .insert();
    }
}
