package io.getindico.metrics.collectors.differential;

import io.getindico.metrics.jooq.enums.AttachmentType;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of an Indico, as far as the gauges need them. */
record SmallIndico(
        List<Category> categories,
        List<Event> events,
        List<Session> sessions,
        List<Contribution> contributions,
        List<Subcontribution> subcontributions,
        List<Note> notes,
        List<Folder> folders,
        List<Attachment> attachments,
        List<File> files,
        List<User> users,
        List<Identity> identities,
        List<Room> rooms,
        List<Booking> bookings,
        List<Occurrence> occurrences,
        List<Entry> queue) {
    record Category(int id, @Nullable Integer parent, boolean isDeleted) {}

    record Event(int id, @Nullable Integer category, boolean isDeleted, Instant start, Instant end) {}

    record Session(int id, int event, boolean isDeleted) {}

    record Contribution(int id, int event, @Nullable Integer session, boolean isDeleted) {}

    record Subcontribution(int id, int contribution, boolean isDeleted) {}

    /** What a note or a folder belongs to. */
    record Link(LinkType type, int id) {
        @Nullable
        Integer idIf(LinkType other) {
            return type == other ? id : null;
        }
    }

    record Note(int id, Link link, boolean isDeleted) {}

    record Folder(int id, Link link, boolean isDeleted) {}

    record Attachment(
            int id,
            int folder,
            AttachmentType type,
            @Nullable Integer file,
            boolean isDeleted) {}

    record File(int id, int attachment, long size) {}

    record User(int id, boolean isDeleted, boolean isPending, boolean isBlocked) {}

    record Identity(int id, int user, @Nullable Instant lastLogin) {}

    record Room(int id, boolean isDeleted, boolean isReservable, ProtectionMode protection, boolean confirmation) {}

    record Booking(int id, int room, ReservationState state, LocalDateTime start, LocalDateTime end) {}

    record Occurrence(int booking, ReservationOccurrenceState state, LocalDateTime start, LocalDateTime end) {}

    record Entry(int id, LivesyncEntryType type, @Nullable Integer category, boolean isProcessed) {}
}
