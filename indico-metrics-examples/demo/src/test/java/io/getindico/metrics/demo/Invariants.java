package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.NoteRevisions.NOTE_REVISIONS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;
import static io.getindico.metrics.jooq.events.tables.Sessions.SESSIONS;
import static io.getindico.metrics.jooq.events.tables.Subcontributions.SUBCONTRIBUTIONS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Queues.QUEUES;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static io.getindico.metrics.jooq.users.tables.Identities.IDENTITIES;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.jooq.impl.DSL.case_;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sequence;

import io.getindico.metrics.jooq.categories.tables.Categories;
import io.getindico.metrics.jooq.enums.AttachmentType;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.SQLDataType;

/** Rules that hold in every Indico database, in addition to the constraints of its tables. */
final class Invariants {
    private final DSLContext dsl;
    private final Map<String, Integer> violations = new LinkedHashMap<>();

    private Invariants(DSLContext dsl) {
        this.dsl = dsl;
    }

    /** Counts the violations of each rule that has any. */
    static Map<String, Integer> violations(DSLContext dsl) {
        Invariants invariants = new Invariants(dsl);
        invariants.ofEvents();
        invariants.ofLinks();
        invariants.ofMaterial();
        invariants.ofRoomBooking();
        invariants.ofOthers();
        return invariants.violations;
    }

    private void none(String invariant, Table<?> from, Condition... violation) {
        none(invariant, select(inline(1)).from(from).where(violation));
    }

    private void none(String invariant, Select<?> violating) {
        int number = dsl.fetchCount(violating);
        if (number > 0) {
            violations.put(invariant, number);
        }
    }

    private void ofEvents() {
        Categories parents = CATEGORIES.as("parents");
        none(
                "a live event stands in a live category",
                EVENTS.join(CATEGORIES).on(CATEGORIES.ID.eq(EVENTS.CATEGORY_ID)),
                EVENTS.IS_DELETED.isFalse(),
                CATEGORIES.IS_DELETED.isTrue());
        none(
                "a live category stands in a live category",
                CATEGORIES.join(parents).on(parents.ID.eq(CATEGORIES.PARENT_ID)),
                CATEGORIES.IS_DELETED.isFalse(),
                parents.IS_DELETED.isTrue());
        none("an event ends after it begins", EVENTS, EVENTS.END_DT.lt(EVENTS.START_DT));
        none(
                "an unlisted event inherits its protection",
                EVENTS,
                EVENTS.CATEGORY_ID.isNull(),
                EVENTS.PROTECTION_MODE.ne(ProtectionMode.INHERITING));
        none(
                "a contribution's session is live and of its event",
                CONTRIBUTIONS.join(SESSIONS).on(SESSIONS.ID.eq(CONTRIBUTIONS.SESSION_ID)),
                SESSIONS.EVENT_ID.ne(CONTRIBUTIONS.EVENT_ID).or(SESSIONS.IS_DELETED.isTrue()));
        none(
                "an event knows its last contribution",
                select(EVENTS.ID)
                        .from(EVENTS)
                        .leftJoin(CONTRIBUTIONS)
                        .on(CONTRIBUTIONS.EVENT_ID.eq(EVENTS.ID))
                        .groupBy(EVENTS.ID)
                        .having(EVENTS.LAST_FRIENDLY_CONTRIBUTION_ID.ne(
                                coalesce(max(CONTRIBUTIONS.FRIENDLY_ID), inline(0)))));
    }

    private void ofLinks() {
        onlyColumn(
                FOLDERS,
                case_(FOLDERS.LINK_TYPE)
                        .when(LinkType.CATEGORY, FOLDERS.CATEGORY_ID)
                        .when(LinkType.EVENT, FOLDERS.LINKED_EVENT_ID)
                        .when(LinkType.SESSION, FOLDERS.SESSION_ID)
                        .when(LinkType.CONTRIBUTION, FOLDERS.CONTRIBUTION_ID)
                        .when(LinkType.SUBCONTRIBUTION, FOLDERS.SUBCONTRIBUTION_ID),
                FOLDERS.CATEGORY_ID,
                FOLDERS.LINKED_EVENT_ID,
                FOLDERS.SESSION_ID,
                FOLDERS.CONTRIBUTION_ID,
                FOLDERS.SUBCONTRIBUTION_ID);
        eventOfLink(
                FOLDERS,
                FOLDERS.EVENT_ID,
                FOLDERS.LINKED_EVENT_ID,
                FOLDERS.SESSION_ID,
                FOLDERS.CONTRIBUTION_ID,
                FOLDERS.SUBCONTRIBUTION_ID);
        onlyColumn(
                NOTES,
                case_(NOTES.LINK_TYPE)
                        .when(LinkType.EVENT, NOTES.LINKED_EVENT_ID)
                        .when(LinkType.SESSION, NOTES.SESSION_ID)
                        .when(LinkType.CONTRIBUTION, NOTES.CONTRIBUTION_ID)
                        .when(LinkType.SUBCONTRIBUTION, NOTES.SUBCONTRIBUTION_ID),
                NOTES.LINKED_EVENT_ID,
                NOTES.SESSION_ID,
                NOTES.CONTRIBUTION_ID,
                NOTES.SUBCONTRIBUTION_ID);
        eventOfLink(
                NOTES,
                NOTES.EVENT_ID,
                NOTES.LINKED_EVENT_ID,
                NOTES.SESSION_ID,
                NOTES.CONTRIBUTION_ID,
                NOTES.SUBCONTRIBUTION_ID);
        onlyColumn(
                QUEUES,
                case_(QUEUES.TYPE)
                        .when(LivesyncEntryType.CATEGORY, QUEUES.CATEGORY_ID)
                        .when(LivesyncEntryType.EVENT, QUEUES.EVENT_ID)
                        .when(LivesyncEntryType.SESSION, QUEUES.SESSION_ID)
                        .when(LivesyncEntryType.CONTRIBUTION, QUEUES.CONTRIBUTION_ID)
                        .when(LivesyncEntryType.SUBCONTRIBUTION, QUEUES.SUBCONTRIBUTION_ID)
                        .when(LivesyncEntryType.NOTE, QUEUES.NOTE_ID)
                        .when(LivesyncEntryType.ATTACHMENT, QUEUES.ATTACHMENT_ID),
                QUEUES.CATEGORY_ID,
                QUEUES.EVENT_ID,
                QUEUES.SESSION_ID,
                QUEUES.CONTRIBUTION_ID,
                QUEUES.SUBCONTRIBUTION_ID,
                QUEUES.NOTE_ID,
                QUEUES.ATTACHMENT_ID);
    }

    private void onlyColumn(Table<?> table, Field<Integer> ofType, Field<?>... columns) {
        Field<Integer> used = function("num_nonnulls", SQLDataType.INTEGER, columns);
        none(
                table + " uses the column of its type and no other",
                table,
                ofType.isNull().or(used.ne(1)));
    }

    private void eventOfLink(
            Table<?> table,
            TableField<?, Integer> event,
            Field<Integer> linkedEvent,
            Field<Integer> session,
            Field<Integer> contribution,
            Field<Integer> subcontribution) {
        var parents = CONTRIBUTIONS.as("parents");
        Field<Integer> expected = coalesce(linkedEvent, SESSIONS.EVENT_ID, CONTRIBUTIONS.EVENT_ID, parents.EVENT_ID);
        none(
                table + " names the event around what it belongs to",
                table.leftJoin(SESSIONS)
                        .on(SESSIONS.ID.eq(session))
                        .leftJoin(CONTRIBUTIONS)
                        .on(CONTRIBUTIONS.ID.eq(contribution))
                        .leftJoin(SUBCONTRIBUTIONS)
                        .on(SUBCONTRIBUTIONS.ID.eq(subcontribution))
                        .leftJoin(parents)
                        .on(parents.ID.eq(SUBCONTRIBUTIONS.CONTRIBUTION_ID)),
                event.isDistinctFrom(expected));
    }

    private void ofMaterial() {
        none(
                "an attachment shows its newest file",
                select(ATTACHMENTS.ID)
                        .from(ATTACHMENTS)
                        .leftJoin(FILES)
                        .on(FILES.ATTACHMENT_ID.eq(ATTACHMENTS.ID))
                        .groupBy(ATTACHMENTS.ID)
                        .having(ATTACHMENTS.FILE_ID.isDistinctFrom(max(FILES.ID))));
        none(
                "an attachment has a file or a URL",
                ATTACHMENTS,
                ATTACHMENTS
                        .FILE_ID
                        .isNull()
                        .ne(ATTACHMENTS.TYPE.eq(AttachmentType.LINK))
                        .or(ATTACHMENTS.LINK_URL.isNull().ne(ATTACHMENTS.TYPE.eq(AttachmentType.FILE))));
        none(
                "a note shows its newest revision",
                select(NOTES.ID)
                        .from(NOTES)
                        .leftJoin(NOTE_REVISIONS)
                        .on(NOTE_REVISIONS.NOTE_ID.eq(NOTES.ID))
                        .groupBy(NOTES.ID)
                        .having(NOTES.CURRENT_REVISION_ID.isDistinctFrom(max(NOTE_REVISIONS.ID))));
        none(
                "a note is deleted by an empty revision",
                NOTES.join(NOTE_REVISIONS).on(NOTE_REVISIONS.ID.eq(NOTES.CURRENT_REVISION_ID)),
                NOTES.IS_DELETED.ne(NOTE_REVISIONS.SOURCE.eq("")).or(NOTES.HTML.ne(NOTE_REVISIONS.HTML)));
    }

    private void ofRoomBooking() {
        none(
                "a deleted location has no live room",
                ROOMS.join(LOCATIONS).on(LOCATIONS.ID.eq(ROOMS.LOCATION_ID)),
                LOCATIONS.IS_DELETED.isTrue(),
                ROOMS.IS_DELETED.isFalse());
        none(
                "a booking lasts from its first day to its last",
                select(RESERVATIONS.ID)
                        .from(RESERVATIONS)
                        .leftJoin(RESERVATION_OCCURRENCES)
                        .on(RESERVATION_OCCURRENCES.RESERVATION_ID.eq(RESERVATIONS.ID))
                        .groupBy(RESERVATIONS.ID)
                        .having(RESERVATIONS
                                .START_DT
                                .isDistinctFrom(min(RESERVATION_OCCURRENCES.START_DT))
                                .or(RESERVATIONS.END_DT.isDistinctFrom(max(RESERVATION_OCCURRENCES.END_DT)))));
        none(
                "a room is booked within one day",
                RESERVATION_OCCURRENCES,
                RESERVATION_OCCURRENCES
                        .END_DT
                        .le(RESERVATION_OCCURRENCES.START_DT)
                        .or(RESERVATION_OCCURRENCES
                                .START_DT
                                .cast(SQLDataType.LOCALDATE)
                                .ne(RESERVATION_OCCURRENCES.END_DT.cast(SQLDataType.LOCALDATE))));
        none(
                "what is rejected takes place on no day",
                RESERVATION_OCCURRENCES
                        .join(RESERVATIONS)
                        .on(RESERVATIONS.ID.eq(RESERVATION_OCCURRENCES.RESERVATION_ID)),
                RESERVATIONS.STATE.eq(ReservationState.REJECTED),
                RESERVATION_OCCURRENCES.STATE.eq(ReservationOccurrenceState.VALID));
        none("a room is booked by one at a time", doubleBookings());
    }

    private static Select<?> doubleBookings() {
        var others = RESERVATION_OCCURRENCES.as("others");
        var otherBookings = RESERVATIONS.as("other_bookings");
        return select(inline(1))
                .from(RESERVATION_OCCURRENCES)
                .join(RESERVATIONS)
                .on(RESERVATIONS.ID.eq(RESERVATION_OCCURRENCES.RESERVATION_ID))
                .join(otherBookings)
                .on(otherBookings.ROOM_ID.eq(RESERVATIONS.ROOM_ID), otherBookings.ID.gt(RESERVATIONS.ID))
                .join(others)
                .on(
                        others.RESERVATION_ID.eq(otherBookings.ID),
                        others.START_DT.lt(RESERVATION_OCCURRENCES.END_DT),
                        others.END_DT.gt(RESERVATION_OCCURRENCES.START_DT))
                .where(
                        RESERVATION_OCCURRENCES.STATE.eq(ReservationOccurrenceState.VALID),
                        others.STATE.eq(ReservationOccurrenceState.VALID));
    }

    private void ofOthers() {
        none(
                "a deleted user cannot log in",
                USERS.join(IDENTITIES).on(IDENTITIES.USER_ID.eq(USERS.ID)),
                USERS.IS_DELETED.isTrue().or(USERS.IS_PENDING.isTrue()));
        none(
                "a sequence is beyond the ids",
                select(inline(1))
                        .where(sequence(name("events", "events_id_seq"), Integer.class)
                                .nextval()
                                .le(field(select(max(EVENTS.ID)).from(EVENTS)))));
    }
}
