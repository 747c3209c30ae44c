package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;

import io.getindico.metrics.demo.Booking.Time;
import io.getindico.metrics.demo.RoomsData.Room;
import io.getindico.metrics.demo.UsersData.Person;
import io.getindico.metrics.jooq.enums.RepeatFrequency;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Bookings of rooms: over the months as people plan them, and around the start so that some begin or end all the time.
 * Two that take place are never in one room at one time.
 */
final class BookingsData {
    private static final int OVER_THE_MONTHS = 1000;
    private static final int FIRST_DAY = -700;
    private static final int LAST_DAY = 150;
    private static final Duration BEFORE_START = Duration.ofMinutes(40);
    private static final Duration AFTER_START = Duration.ofMinutes(90);
    private static final short EVERY = 1;
    private static final short NOT_REPEATED = 0;

    private final Timeline timeline;
    private final Dice dice;
    private final UsersData users;
    private final Rows reservations = new Rows(RESERVATIONS);
    private final Rows occurrences = new Rows(RESERVATION_OCCURRENCES);

    /** By room, what takes place. */
    private final Map<Integer, List<Time>> taken = new HashMap<>();

    BookingsData(Timeline timeline, Dice dice, UsersData users) {
        this.timeline = timeline;
        this.dice = dice;
        this.users = users;
    }

    void fill(DSLContext dsl, List<Room> rooms) {
        rooms.forEach(this::addAroundStart);
        for (int i = 0; i < OVER_THE_MONTHS; i++) {
            addPlanned(dice.pick(rooms));
        }
        write(dsl);
    }

    /** One after the other, for minutes and to the second. */
    private void addAroundStart(Room room) {
        LocalDateTime begin = timeline.localStart().minus(BEFORE_START).plus(dice.partOf(BEFORE_START, 1));
        LocalDateTime last = timeline.localStart().plus(AFTER_START);
        while (begin.isBefore(last)) {
            Time time = Time.of(begin, dice.between(Duration.ofMinutes(1), Duration.ofMinutes(20)));
            add(room, Booking.once(room.id(), time));
            begin = time.end().plus(dice.between(Duration.ofSeconds(1), Duration.ofMinutes(5)));
        }
    }

    private void addPlanned(Room room) {
        LocalDateTime begin = timeline.workingTime(FIRST_DAY, LAST_DAY);
        Time first = Time.of(begin, Duration.ofMinutes(30L * dice.between(1, 6)));
        add(
                room,
                switch (dice.weighted(65, 8, 22, 5)) {
                    case 0 -> Booking.once(room.id(), first);
                    case 1 -> Booking.repeated(room.id(), RepeatFrequency.DAY, first, dice.between(2, 5));
                    case 2 -> Booking.repeated(room.id(), RepeatFrequency.WEEK, first, dice.between(3, 15));
                    default -> Booking.repeated(room.id(), RepeatFrequency.MONTH, first, dice.between(2, 8));
                });
    }

    private void add(Room room, Booking booking) {
        ReservationState state = state(room, booking.start().isAfter(timeline.localStart()));
        if (state == ReservationState.REJECTED || isFree(booking)) {
            Instant begin = timeline.instant(booking.start());
            add(booking, state, timeline.atLatestStart(begin.minus(dice.partOf(Duration.ofDays(60), 2))));
        }
    }

    /** Finds out whether nobody has the room, and takes it. */
    private boolean isFree(Booking booking) {
        List<Time> others = taken.computeIfAbsent(booking.room(), room -> new ArrayList<>());
        boolean isFree =
                booking.times().stream().noneMatch(time -> others.stream().anyMatch(time::overlaps));
        if (isFree) {
            others.addAll(booking.times());
        }
        return isFree;
    }

    private ReservationState state(Room room, boolean isAhead) {
        if (room.needsConfirmation() && dice.chance(isAhead ? 0.5 : 0.03)) {
            return ReservationState.PENDING;
        }
        return switch (dice.weighted(85, 10, room.needsConfirmation() ? 10 : 2)) {
            case 0 -> ReservationState.ACCEPTED;
            case 1 -> ReservationState.CANCELLED;
            default -> ReservationState.REJECTED;
        };
    }

    void add(Booking booking, ReservationState state, Instant created) {
        boolean isRepeated = booking.frequency() != RepeatFrequency.NEVER;
        Person person = users.anyone();
        int reservation = reservations
                .add()
                .set(RESERVATIONS.ROOM_ID, booking.room())
                .set(RESERVATIONS.STATE, state)
                .set(RESERVATIONS.START_DT, booking.start())
                .set(RESERVATIONS.END_DT, booking.end())
                .set(RESERVATIONS.REPEAT_FREQUENCY, booking.frequency())
                .set(RESERVATIONS.REPEAT_INTERVAL, isRepeated ? EVERY : NOT_REPEATED)
                .set(RESERVATIONS.CREATED_DT, created)
                .set(RESERVATIONS.CREATED_BY_ID, person.id())
                .set(RESERVATIONS.BOOKED_FOR_ID, person.id())
                .set(RESERVATIONS.BOOKED_FOR_NAME, person.name())
                .set(RESERVATIONS.BOOKING_REASON, dice.pick(Words.REASONS))
                .set(RESERVATIONS.REJECTION_REASON, reason(state))
                .id();
        for (Time time : booking.times()) {
            boolean isLeftOut = isRepeated && dice.chance(0.05);
            occurrences
                    .add()
                    .set(RESERVATION_OCCURRENCES.RESERVATION_ID, reservation)
                    .set(RESERVATION_OCCURRENCES.START_DT, time.start())
                    .set(RESERVATION_OCCURRENCES.END_DT, time.end())
                    .set(RESERVATION_OCCURRENCES.STATE, isLeftOut ? ReservationOccurrenceState.CANCELLED : of(state));
        }
    }

    static @Nullable String reason(ReservationState state) {
        return state == ReservationState.REJECTED ? "The room is needed for something else" : null;
    }

    /** What becomes of the days. */
    static ReservationOccurrenceState of(ReservationState state) {
        return switch (state) {
            case PENDING, ACCEPTED -> ReservationOccurrenceState.VALID;
            case CANCELLED -> ReservationOccurrenceState.CANCELLED;
            case REJECTED -> ReservationOccurrenceState.REJECTED;
        };
    }

    void write(DSLContext dsl) {
        reservations.write(dsl);
        occurrences.write(dsl);
    }
}
