package io.getindico.metrics.collectors.notes;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
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
        // No sequence gives an id below 0, but a table takes one.
        rows.row(EVENTS).with(EVENTS.ID, -5).with(EVENTS.IS_DELETED, true).insert();
        note(rows, -5, false);
    }

    @Test
    void aDeletedNoteAndOneOfADeletedEventDoNotCount(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of("indico_num_notes", 2.0));
    }

    private static void note(IndicoRows rows, int event, boolean isDeleted) {
        rows.row(NOTES)
                .with(NOTES.LINK_TYPE, LinkType.EVENT)
                .with(NOTES.EVENT_ID, event)
                .with(NOTES.LINKED_EVENT_ID, event)
                .with(NOTES.IS_DELETED, isDeleted)
                .insert();
    }
}
