package io.getindico.metrics.collectors.differential;

import io.getindico.metrics.collectors.differential.SmallIndico.Attachment;
import io.getindico.metrics.collectors.differential.SmallIndico.Booking;
import io.getindico.metrics.collectors.differential.SmallIndico.Category;
import io.getindico.metrics.collectors.differential.SmallIndico.Entry;
import io.getindico.metrics.collectors.differential.SmallIndico.Event;
import io.getindico.metrics.collectors.differential.SmallIndico.File;
import io.getindico.metrics.collectors.differential.SmallIndico.Folder;
import io.getindico.metrics.collectors.differential.SmallIndico.Link;
import io.getindico.metrics.collectors.differential.SmallIndico.Occurrence;
import io.getindico.metrics.collectors.differential.SmallIndico.Room;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The 22 gauges by the letter of their specification: row by row, looking up one parent after the other. */
final class NaiveGauges {
    private final SmallIndico indico;
    private final Instant now;
    private final LocalDateTime localNow;
    private final Duration activeUserAge;
    private final SortedMap<String, Double> values = new TreeMap<>();

    private NaiveGauges(SmallIndico indico, Instant now, LocalDateTime localNow, Duration activeUserAge) {
        this.indico = indico;
        this.now = now;
        this.localNow = localNow;
        this.activeUserAge = activeUserAge;
    }

    static SortedMap<String, Double> of(
            SmallIndico indico, Instant now, LocalDateTime localNow, Duration activeUserAge) {
        NaiveGauges gauges = new NaiveGauges(indico, now, localNow, activeUserAge);
        gauges.events();
        gauges.users();
        gauges.attachments();
        gauges.rooms();
        gauges.bookings();
        gauges.occurrences();
        gauges.livesync();
        return gauges.values;
    }

    private void set(String gauge, long value) {
        values.put("indico_" + gauge, (double) value);
    }

    private static <T> long count(Collection<T> rows, Predicate<T> condition) {
        return rows.stream().filter(condition).count();
    }

    private static <T> T find(Collection<T> rows, Predicate<T> condition) {
        return rows.stream().filter(condition).findFirst().orElseThrow();
    }

    private void events() {
        set("num_events", count(indico.events(), event -> !event.isDeleted()));
        set(
                "num_active_events",
                count(
                        indico.events(),
                        event -> !event.isDeleted()
                                && !event.start().isAfter(now)
                                && !event.end().isBefore(now)));
        set("num_categories", count(indico.categories(), category -> !category.isDeleted()));
        set("num_notes", count(indico.notes(), note -> !note.isDeleted() && isAlive(note.link())));
    }

    private void users() {
        set("num_users", count(indico.users(), user -> !user.isDeleted()));
        set(
                "num_active_users",
                count(
                        indico.users(),
                        user -> indico.identities().stream()
                                .filter(identity -> identity.user() == user.id())
                                .anyMatch(identity -> isRecent(identity.lastLogin()))));
    }

    private boolean isRecent(@Nullable Instant login) {
        return login != null && login.isAfter(now.minus(activeUserAge));
    }

    private boolean isAlive(Link link) {
        return switch (link.type()) {
            case EVENT -> isEventAlive(link.id());
            case SESSION -> {
                var session = find(indico.sessions(), row -> row.id() == link.id());
                yield !session.isDeleted() && isEventAlive(session.event());
            }
            case CONTRIBUTION -> isContributionAlive(link.id());
            case SUBCONTRIBUTION -> {
                var subcontribution = find(indico.subcontributions(), row -> row.id() == link.id());
                yield !subcontribution.isDeleted() && isContributionAlive(subcontribution.contribution());
            }
            default -> false;
        };
    }

    private boolean isContributionAlive(int id) {
        var contribution = find(indico.contributions(), row -> row.id() == id);
        return !contribution.isDeleted() && isEventAlive(contribution.event());
    }

    private boolean isEventAlive(int id) {
        return !find(indico.events(), event -> event.id() == id).isDeleted();
    }

    private void attachments() {
        List<Attachment> active =
                indico.attachments().stream().filter(this::isActive).toList();
        set("num_active_attachment_files", active.size());
        set("num_attachment_files", indico.files().size());
        long activeSize = 0;
        for (Attachment attachment : active) {
            Integer current = attachment.file();
            if (current != null) {
                activeSize += find(indico.files(), file -> file.id() == current).size();
            }
        }
        set("size_active_attachment_files", activeSize);
        set(
                "size_attachment_files",
                indico.files().stream().mapToLong(File::size).sum());
    }

    private boolean isActive(Attachment attachment) {
        Folder folder = find(indico.folders(), row -> row.id() == attachment.folder());
        return !attachment.isDeleted()
                && !folder.isDeleted()
                && folder.link().type() != LinkType.CATEGORY
                && isAlive(folder.link());
    }

    private void rooms() {
        List<Room> live =
                indico.rooms().stream().filter(room -> !room.isDeleted()).toList();
        set("num_rooms", live.size());
        set("num_active_rooms", count(live, Room::isReservable));
        set("num_restricted_rooms", count(live, room -> room.protection() == ProtectionMode.PROTECTED));
        set("num_rooms_with_confirmation", count(live, Room::confirmation));
    }

    private boolean isInLiveRoom(Booking booking) {
        return !find(indico.rooms(), room -> room.id() == booking.room()).isDeleted();
    }

    private void bookings() {
        List<Booking> bookings =
                indico.bookings().stream().filter(this::isInLiveRoom).toList();
        set("num_bookings", bookings.size());
        set("num_valid_bookings", count(bookings, booking -> booking.state() != ReservationState.REJECTED));
        set(
                "num_pending_bookings",
                count(
                        bookings,
                        booking -> booking.state() == ReservationState.PENDING
                                && !booking.end().isBefore(localNow)));
    }

    private void occurrences() {
        set("num_booking_occurrences", indico.occurrences().size());
        List<Occurrence> valid =
                indico.occurrences().stream().filter(this::isValid).toList();
        set("num_valid_booking_occurrences", valid.size());
        set(
                "num_ongoing_booking_occurrences",
                count(
                        valid,
                        occurrence -> occurrence.start().isBefore(localNow)
                                && occurrence.end().isAfter(localNow)));
    }

    private boolean isValid(Occurrence occurrence) {
        Booking booking = find(indico.bookings(), row -> row.id() == occurrence.booking());
        return occurrence.state() == ReservationOccurrenceState.VALID
                && booking.state() == ReservationState.ACCEPTED
                && isInLiveRoom(booking);
    }

    private void livesync() {
        List<Entry> waiting =
                indico.queue().stream().filter(entry -> !entry.isProcessed()).toList();
        set("size_livesync_queues", waiting.size());
        long events = 0;
        for (Entry entry : waiting) {
            Integer category = entry.category();
            if (entry.type() == LivesyncEntryType.CATEGORY && category != null) {
                events += count(indico.events(), event -> isBelow(event, category));
            }
        }
        set("num_livesync_events_category_changes", events);
    }

    /** Whether the event is live and in the category or below it, and all categories above the event are live. */
    private boolean isBelow(Event event, int category) {
        boolean isMet = false;
        Integer next = event.isDeleted() ? null : event.category();
        Set<Integer> met = new HashSet<>();
        while (next != null && met.add(next)) {
            int id = next;
            Category current = find(indico.categories(), row -> row.id() == id);
            isMet |= id == category;
            if (current.isDeleted()) {
                return false;
            }
            if (current.parent() == null) {
                return isMet;
            }
            next = current.parent();
        }
        return false;
    }
}
