package io.getindico.metrics.collectors.internal.liveness;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;
import static io.getindico.metrics.jooq.events.tables.Sessions.SESSIONS;
import static io.getindico.metrics.jooq.events.tables.Subcontributions.SUBCONTRIBUTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.collectors.Indico;
import io.getindico.metrics.jooq.enums.LinkType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One event with all that can stand in it, and an attachment and a note on one of these. */
class DeadObjectsTest {
    private static final int EVENT = 10;
    private static final int SESSION = 20;
    private static final int CONTRIBUTION = 30;
    private static final int SUBCONTRIBUTION = 40;

    @RegisterExtension
    private static final Indico INDICO = new Indico();

    @BeforeEach
    void anEvent() {
        INDICO.rows().row(EVENTS).with(EVENTS.ID, EVENT).insert();
        INDICO.rows()
                .row(SESSIONS)
                .with(SESSIONS.ID, SESSION)
                .with(SESSIONS.EVENT_ID, EVENT)
                .insert();
        INDICO.rows()
                .row(CONTRIBUTIONS)
                .with(CONTRIBUTIONS.ID, CONTRIBUTION)
                .with(CONTRIBUTIONS.EVENT_ID, EVENT)
                .with(CONTRIBUTIONS.SESSION_ID, SESSION)
                .insert();
        INDICO.rows()
                .row(SUBCONTRIBUTIONS)
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
    void anObjectIsAliveWhenAllThatItStandsInIs(LinkType link, String deleted, int expected) {
        attach(link);
        note(link);
        delete(deleted);
        Gauges gauges = INDICO.read("attachments", "notes");
        assertThat(gauges.value("indico_num_active_attachment_files")).isEqualTo(expected);
        assertThat(gauges.value("indico_num_notes")).isEqualTo(expected);
    }

    private static void attach(LinkType link) {
        int folder = INDICO.rows()
                .row(FOLDERS)
                .with(FOLDERS.LINK_TYPE, link)
                .with(FOLDERS.EVENT_ID, EVENT)
                .with(column(FOLDERS, link), id(link))
                .insert();
        INDICO.rows().row(ATTACHMENTS).with(ATTACHMENTS.FOLDER_ID, folder).insert();
    }

    private static void note(LinkType link) {
        INDICO.rows()
                .row(NOTES)
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

    private static void delete(String what) {
        switch (what) {
            case "nothing" -> {}
            case "event" -> delete(EVENTS, EVENTS.IS_DELETED);
            case "session" -> delete(SESSIONS, SESSIONS.IS_DELETED);
            case "contribution" -> delete(CONTRIBUTIONS, CONTRIBUTIONS.IS_DELETED);
            case "subcontribution" -> delete(SUBCONTRIBUTIONS, SUBCONTRIBUTIONS.IS_DELETED);
            default -> throw new IllegalArgumentException(what);
        }
    }

    private static void delete(Table<?> table, Field<Boolean> flag) {
        INDICO.dsl().update(table).set(flag, true).execute();
    }
}
