package io.getindico.metrics.collectors.differential;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;
import static io.getindico.metrics.jooq.events.tables.Sessions.SESSIONS;
import static io.getindico.metrics.jooq.events.tables.Subcontributions.SUBCONTRIBUTIONS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Queues.QUEUES;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static io.getindico.metrics.jooq.users.tables.Identities.IDENTITIES;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;

import io.getindico.metrics.collectors.differential.SmallIndico.Attachment;
import io.getindico.metrics.collectors.differential.SmallIndico.Booking;
import io.getindico.metrics.collectors.differential.SmallIndico.Category;
import io.getindico.metrics.collectors.differential.SmallIndico.Contribution;
import io.getindico.metrics.collectors.differential.SmallIndico.Entry;
import io.getindico.metrics.collectors.differential.SmallIndico.Event;
import io.getindico.metrics.collectors.differential.SmallIndico.File;
import io.getindico.metrics.collectors.differential.SmallIndico.Folder;
import io.getindico.metrics.collectors.differential.SmallIndico.Identity;
import io.getindico.metrics.collectors.differential.SmallIndico.Note;
import io.getindico.metrics.collectors.differential.SmallIndico.Occurrence;
import io.getindico.metrics.collectors.differential.SmallIndico.Room;
import io.getindico.metrics.collectors.differential.SmallIndico.Session;
import io.getindico.metrics.collectors.differential.SmallIndico.Subcontribution;
import io.getindico.metrics.collectors.differential.SmallIndico.User;
import io.getindico.metrics.jooq.enums.LinkType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/** Writes all rows of a table at once, with no other columns than those that count: a dozen statements in all. */
final class IndicoWriter {
    private final DSLContext dsl;
    private final Map<String, List<String>> written = new HashMap<>();

    private IndicoWriter(DSLContext dsl) {
        this.dsl = dsl;
    }

    /** Lets columns that no gauge needs be NULL. Call it once, on a database that no other test uses. */
    static void permitMissingColumns(DSLContext dsl) {
        dsl.execute("""
                DO $$
                DECLARE command text;
                BEGIN
                  FOR command IN
                    SELECT format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', attrelid::regclass, attname)
                    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r'
                    WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)' AND attnum > 0 AND attnotnull
                      AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND indisprimary AND attnum = ANY (indkey))
                  LOOP
                    EXECUTE command;
                  END LOOP;
                END $$""");
    }

    /** Replaces all rows, and returns the columns that it wrote by table. Foreign keys form circles, and are passed over. */
    static Map<String, List<String>> write(DSLContext dsl, SmallIndico indico) {
        return dsl.transactionResult(transaction -> {
            transaction.dsl().execute("SET LOCAL session_replication_role = replica");
            IndicoWriter writer = new IndicoWriter(transaction.dsl());
            writer.write(indico);
            return writer.written;
        });
    }

    private void write(SmallIndico indico) {
        into(CATEGORIES, indico.categories())
                .column(CATEGORIES.ID, Category::id)
                .column(CATEGORIES.PARENT_ID, Category::parent)
                .column(CATEGORIES.IS_DELETED, Category::isDeleted)
                .write();
        writeEvents(indico);
        writeLinks(indico);
        into(USERS, indico.users())
                .column(USERS.ID, User::id)
                .column(USERS.IS_DELETED, User::isDeleted)
                .column(USERS.IS_PENDING, User::isPending)
                .column(USERS.IS_BLOCKED, User::isBlocked)
                .write();
        into(IDENTITIES, indico.identities())
                .column(IDENTITIES.ID, Identity::id)
                .column(IDENTITIES.USER_ID, Identity::user)
                .column(IDENTITIES.LAST_LOGIN_DT, Identity::lastLogin)
                .write();
        writeRooms(indico);
        into(QUEUES, indico.queue())
                .column(QUEUES.ID, Entry::id)
                .column(QUEUES.TYPE, Entry::type)
                .column(QUEUES.CATEGORY_ID, Entry::category)
                .column(QUEUES.PROCESSED, Entry::isProcessed)
                .write();
    }

    private void writeEvents(SmallIndico indico) {
        into(EVENTS, indico.events())
                .column(EVENTS.ID, Event::id)
                .column(EVENTS.CATEGORY_ID, Event::category)
                .column(EVENTS.IS_DELETED, Event::isDeleted)
                .column(EVENTS.START_DT, Event::start)
                .column(EVENTS.END_DT, Event::end)
                .write();
        into(SESSIONS, indico.sessions())
                .column(SESSIONS.ID, Session::id)
                .column(SESSIONS.EVENT_ID, Session::event)
                .column(SESSIONS.IS_DELETED, Session::isDeleted)
                .write();
        into(CONTRIBUTIONS, indico.contributions())
                .column(CONTRIBUTIONS.ID, Contribution::id)
                .column(CONTRIBUTIONS.EVENT_ID, Contribution::event)
                .column(CONTRIBUTIONS.SESSION_ID, Contribution::session)
                .column(CONTRIBUTIONS.IS_DELETED, Contribution::isDeleted)
                .write();
        into(SUBCONTRIBUTIONS, indico.subcontributions())
                .column(SUBCONTRIBUTIONS.ID, Subcontribution::id)
                .column(SUBCONTRIBUTIONS.CONTRIBUTION_ID, Subcontribution::contribution)
                .column(SUBCONTRIBUTIONS.IS_DELETED, Subcontribution::isDeleted)
                .write();
    }

    private void writeLinks(SmallIndico indico) {
        into(NOTES, indico.notes())
                .column(NOTES.ID, Note::id)
                .column(NOTES.IS_DELETED, Note::isDeleted)
                .column(NOTES.LINK_TYPE, row -> row.link().type())
                .column(NOTES.LINKED_EVENT_ID, row -> row.link().idIf(LinkType.EVENT))
                .column(NOTES.SESSION_ID, row -> row.link().idIf(LinkType.SESSION))
                .column(NOTES.CONTRIBUTION_ID, row -> row.link().idIf(LinkType.CONTRIBUTION))
                .column(NOTES.SUBCONTRIBUTION_ID, row -> row.link().idIf(LinkType.SUBCONTRIBUTION))
                .write();
        into(FOLDERS, indico.folders())
                .column(FOLDERS.ID, Folder::id)
                .column(FOLDERS.IS_DELETED, Folder::isDeleted)
                .column(FOLDERS.LINK_TYPE, row -> row.link().type())
                .column(FOLDERS.CATEGORY_ID, row -> row.link().idIf(LinkType.CATEGORY))
                .column(FOLDERS.LINKED_EVENT_ID, row -> row.link().idIf(LinkType.EVENT))
                .column(FOLDERS.SESSION_ID, row -> row.link().idIf(LinkType.SESSION))
                .column(FOLDERS.CONTRIBUTION_ID, row -> row.link().idIf(LinkType.CONTRIBUTION))
                .column(FOLDERS.SUBCONTRIBUTION_ID, row -> row.link().idIf(LinkType.SUBCONTRIBUTION))
                .write();
        into(ATTACHMENTS, indico.attachments())
                .column(ATTACHMENTS.ID, Attachment::id)
                .column(ATTACHMENTS.FOLDER_ID, Attachment::folder)
                .column(ATTACHMENTS.TYPE, Attachment::type)
                .column(ATTACHMENTS.FILE_ID, Attachment::file)
                .column(ATTACHMENTS.IS_DELETED, Attachment::isDeleted)
                .write();
        into(FILES, indico.files())
                .column(FILES.ID, File::id)
                .column(FILES.ATTACHMENT_ID, File::attachment)
                .column(FILES.SIZE, File::size)
                .write();
    }

    private void writeRooms(SmallIndico indico) {
        into(ROOMS, indico.rooms())
                .column(ROOMS.ID, Room::id)
                .column(ROOMS.IS_DELETED, Room::isDeleted)
                .column(ROOMS.IS_RESERVABLE, Room::isReservable)
                .column(ROOMS.PROTECTION_MODE, Room::protection)
                .column(ROOMS.RESERVATIONS_NEED_CONFIRMATION, Room::confirmation)
                .write();
        into(RESERVATIONS, indico.bookings())
                .column(RESERVATIONS.ID, Booking::id)
                .column(RESERVATIONS.ROOM_ID, Booking::room)
                .column(RESERVATIONS.STATE, Booking::state)
                .column(RESERVATIONS.START_DT, Booking::start)
                .column(RESERVATIONS.END_DT, Booking::end)
                .write();
        into(RESERVATION_OCCURRENCES, indico.occurrences())
                .column(RESERVATION_OCCURRENCES.RESERVATION_ID, Occurrence::booking)
                .column(RESERVATION_OCCURRENCES.STATE, Occurrence::state)
                .column(RESERVATION_OCCURRENCES.START_DT, Occurrence::start)
                .column(RESERVATION_OCCURRENCES.END_DT, Occurrence::end)
                .write();
    }

    private <R> Rows<R> into(Table<?> table, List<R> rows) {
        return new Rows<>(table, rows);
    }

    private final class Rows<R> {
        private final Table<?> table;
        private final List<R> rows;
        private final Map<Field<?>, Function<R, @Nullable Object>> columns = new LinkedHashMap<>();

        Rows(Table<?> table, List<R> rows) {
            this.table = table;
            this.rows = rows;
        }

        Rows<R> column(Field<?> field, Function<R, @Nullable Object> value) {
            columns.put(field, value);
            return this;
        }

        void write() {
            written.put(
                    table.getSchema().getName() + "." + table.getName(),
                    columns.keySet().stream().map(Field::getName).toList());
            dsl.deleteFrom(table).execute();
            if (!rows.isEmpty()) {
                var insert = dsl.insertInto(table, columns.keySet());
                for (R row : rows) {
                    insert = insert.values(columns.values().stream()
                            .map(value -> value.apply(row))
                            .toArray());
                }
                insert.execute();
            }
        }
    }
}
