package io.getindico.metrics.collectors.notes;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.Indico;
import io.getindico.metrics.jooq.enums.LinkType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The chain of what a note belongs to is tested with {@code DeadObjects}. */
class NotesTest {
    @RegisterExtension
    private static final Indico INDICO = new Indico();

    @Test
    void aDeletedNoteDoesNotCount() {
        note(false);
        note(false);
        note(true);
        assertThat(INDICO.read("notes").value("indico_num_notes")).isEqualTo(2);
    }

    private static void note(boolean isDeleted) {
        int event = INDICO.rows().row(EVENTS).insert();
        INDICO.rows()
                .row(NOTES)
                .with(NOTES.LINK_TYPE, LinkType.EVENT)
                .with(NOTES.EVENT_ID, event)
                .with(NOTES.LINKED_EVENT_ID, event)
                .with(NOTES.IS_DELETED, isDeleted)
                .insert();
    }
}
