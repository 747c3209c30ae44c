package io.getindico.metrics.collectors.internal.liveness;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;
import static io.getindico.metrics.jooq.events.tables.Sessions.SESSIONS;
import static io.getindico.metrics.jooq.events.tables.Subcontributions.SUBCONTRIBUTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.files.AttachmentsCollector;
import io.getindico.metrics.collectors.notes.NotesCollector;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.IndicoTest;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One event with every kind of object in it, and an attachment and a note on one of these objects. */
@IndicoTest
class DeadObjectsTest {
    private static final int EVENT = 10;
    private static final int SESSION = 20;
    private static final int CONTRIBUTION = 30;
    private static final int SUBCONTRIBUTION = 40;

    private final IndicoDatabase database;
    private final IndicoRows rows;

    DeadObjectsTest(IndicoDatabase database, IndicoRows rows) {
        this.database = database;
        this.rows = rows;
    }

    @BeforeEach
    void anEvent() {
        rows.row(EVENTS).with(EVENTS.ID, EVENT).insert();
        rows.row(SESSIONS)
                .with(SESSIONS.ID, SESSION)
                .with(SESSIONS.EVENT_ID, EVENT)
                .insert();
        rows.row(CONTRIBUTIONS)
                .with(CONTRIBUTIONS.ID, CONTRIBUTION)
                .with(CONTRIBUTIONS.EVENT_ID, EVENT)
                .with(CONTRIBUTIONS.SESSION_ID, SESSION)
                .insert();
        rows.row(SUBCONTRIBUTIONS)
                .with(SUBCONTRIBUTIONS.ID, SUBCONTRIBUTION)
                .with(SUBCONTRIBUTIONS.CONTRIBUTION_ID, CONTRIBUTION)
                .insert();
    }

    @ParameterizedTest(name = "what belongs to the {0} is alive where the {1} is deleted: {2}")
    @CsvSource({
        "EVENT, nothing, 1",
        "EVENT, event, 0",
        "EVENT, session, 1",
        "EVENT, contribution, 1",
        "EVENT, subcontribution, 1",
        "SESSION, nothing, 1",
        "SESSION, event, 0",
        "SESSION, session, 0",
        "SESSION, contribution, 1",
        "SESSION, subcontribution, 1",
        "CONTRIBUTION, nothing, 1",
        "CONTRIBUTION, event, 0",
        "CONTRIBUTION, session, 1",
        "CONTRIBUTION, contribution, 0",
        "CONTRIBUTION, subcontribution, 1",
        "SUBCONTRIBUTION, nothing, 1",
        "SUBCONTRIBUTION, event, 0",
        "SUBCONTRIBUTION, session, 1",
        "SUBCONTRIBUTION, contribution, 0",
        "SUBCONTRIBUTION, subcontribution, 0"
    })
    void anObjectIsAliveIfEverythingThatContainsItIs(LinkType link, String deleted, double expected) {
        attach(link);
        note(link);
        delete(deleted);
        assertThat(ExpositionText.values(ExpositionText.of(new AttachmentsCollector(), database)))
                .containsEntry("indico_num_active_attachment_files", expected);
        assertThat(ExpositionText.values(ExpositionText.of(new NotesCollector(), database)))
                .containsEntry("indico_num_notes", expected);
    }

    private void attach(LinkType link) {
        int folder = rows.row(FOLDERS)
                .with(FOLDERS.LINK_TYPE, link)
                .with(FOLDERS.EVENT_ID, EVENT)
                .with(column(FOLDERS, link), id(link))
                .insert();
        rows.row(ATTACHMENTS).with(ATTACHMENTS.FOLDER_ID, folder).insert();
    }

    private void note(LinkType link) {
        rows.row(NOTES)
                .with(NOTES.LINK_TYPE, link)
                .with(NOTES.EVENT_ID, EVENT)
                .with(column(NOTES, link), id(link))
                .insert();
    }

    private static Field<Integer> column(Table<Record> table, LinkType link) {
        return table.field(
                switch (link) {
                    case EVENT -> NOTES.LINKED_EVENT_ID;
                    case SESSION -> NOTES.SESSION_ID;
                    case CONTRIBUTION -> NOTES.CONTRIBUTION_ID;
                    case SUBCONTRIBUTION -> NOTES.SUBCONTRIBUTION_ID;
                    default -> throw new IllegalArgumentException(link.name());
                });
    }

    private static int id(LinkType link) {
        return switch (link) {
            case EVENT -> EVENT;
            case SESSION -> SESSION;
            case CONTRIBUTION -> CONTRIBUTION;
            case SUBCONTRIBUTION -> SUBCONTRIBUTION;
            default -> throw new IllegalArgumentException(link.name());
        };
    }

    private void delete(String what) {
        switch (what) {
            case "nothing" -> {}
            case "event" -> rows.update(EVENTS, EVENT, EVENTS.IS_DELETED, true);
            case "session" -> rows.update(SESSIONS, SESSION, SESSIONS.IS_DELETED, true);
            case "contribution" -> rows.update(CONTRIBUTIONS, CONTRIBUTION, CONTRIBUTIONS.IS_DELETED, true);
            case "subcontribution" -> rows.update(SUBCONTRIBUTIONS, SUBCONTRIBUTION, SUBCONTRIBUTIONS.IS_DELETED, true);
            default -> throw new IllegalArgumentException(what);
        }
    }
}
