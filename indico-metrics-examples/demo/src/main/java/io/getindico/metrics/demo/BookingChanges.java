package io.getindico.metrics.demo;

import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.rand;
import static org.jooq.impl.DSL.selectOne;

import io.getindico.metrics.demo.Booking.Time;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.TableField;

/** Rooms are booked, and bookings answered and cancelled; and now and then a room opens or closes. */
final class BookingChanges {
    private final DemoData data;
    private final Dice dice;

    BookingChanges(DemoData data) {
        this.data = data;
        this.dice = data.dice;
    }

    List<Change> all() {
        return List.of(
                this::bookNow,
                this::bookNow,
                this::bookLater,
                this::bookLater,
                this::answer,
                this::cancel,
                this::openRoom,
                this::closeRoom,
                change(ROOMS.IS_RESERVABLE, true, false),
                change(ROOMS.RESERVATIONS_NEED_CONFIRMATION, true, false),
                change(ROOMS.PROTECTION_MODE, ProtectionMode.PROTECTED, ProtectionMode.PUBLIC));
    }

    private static LocalDateTime local(Instant moment) {
        return LocalDateTime.ofInstant(moment.truncatedTo(ChronoUnit.SECONDS), DemoData.ZONE);
    }

    private void bookNow(DSLContext dsl, Instant now) {
        LocalDateTime begin = local(now).plus(dice.between(Duration.ofSeconds(1), Duration.ofSeconds(15)));
        book(dsl, Time.of(begin, dice.between(Duration.ofSeconds(20), Duration.ofMinutes(8))), now);
    }

    private void bookLater(DSLContext dsl, Instant now) {
        LocalDateTime begin = local(now)
                .toLocalDate()
                .plusDays(dice.between(1, 30))
                .atTime(dice.between(8, 18), 15 * dice.between(0, 3));
        book(dsl, Time.of(begin, Duration.ofMinutes(30L * dice.between(1, 4))), now);
    }

    private void book(DSLContext dsl, Time time, Instant now) {
        dsl.select(ROOMS.ID, ROOMS.RESERVATIONS_NEED_CONFIRMATION)
                .from(ROOMS)
                .where(ROOMS.IS_DELETED.isFalse(), ROOMS.IS_RESERVABLE.isTrue(), isFree(time))
                .orderBy(rand())
                .limit(1)
                .fetchOptional()
                .ifPresent(room -> {
                    ReservationState state = room.value2() ? ReservationState.PENDING : ReservationState.ACCEPTED;
                    data.bookings.add(Booking.once(room.value1(), time), state, now);
                    data.bookings.write(dsl);
                });
    }

    private static Condition isFree(Time time) {
        return notExists(selectOne()
                .from(RESERVATION_OCCURRENCES)
                .join(RESERVATIONS)
                .on(RESERVATIONS.ID.eq(RESERVATION_OCCURRENCES.RESERVATION_ID))
                .where(
                        RESERVATIONS.ROOM_ID.eq(ROOMS.ID),
                        RESERVATION_OCCURRENCES.STATE.eq(ReservationOccurrenceState.VALID),
                        RESERVATION_OCCURRENCES.START_DT.lt(time.end()),
                        RESERVATION_OCCURRENCES.END_DT.gt(time.start())));
    }

    private void answer(DSLContext dsl, Instant now) {
        ReservationState answer = dice.chance(0.7) ? ReservationState.ACCEPTED : ReservationState.REJECTED;
        change(dsl, ReservationState.PENDING, answer, RESERVATIONS.START_DT, now);
    }

    private void cancel(DSLContext dsl, Instant now) {
        change(dsl, ReservationState.ACCEPTED, ReservationState.CANCELLED, RESERVATIONS.END_DT, now);
    }

    /** Changes a booking that has something ahead; the days that are over stay as they were. */
    private static void change(
            DSLContext dsl, ReservationState from, ReservationState to, Field<LocalDateTime> ahead, Instant now) {
        Pick.one(dsl, RESERVATIONS.ID, RESERVATIONS.STATE.eq(from), ahead.gt(local(now)))
                .ifPresent(reservation -> {
                    dsl.update(RESERVATIONS)
                            .set(RESERVATIONS.STATE, to)
                            .set(RESERVATIONS.REJECTION_REASON, BookingsData.reason(to))
                            .where(RESERVATIONS.ID.eq(reservation))
                            .execute();
                    dsl.update(RESERVATION_OCCURRENCES)
                            .set(RESERVATION_OCCURRENCES.STATE, BookingsData.of(to))
                            .where(
                                    RESERVATION_OCCURRENCES.RESERVATION_ID.eq(reservation),
                                    RESERVATION_OCCURRENCES.STATE.eq(ReservationOccurrenceState.VALID),
                                    RESERVATION_OCCURRENCES.END_DT.gt(local(now)))
                            .execute();
                });
    }

    private void openRoom(DSLContext dsl, Instant now) {
        data.rooms.addNew();
        data.rooms.write(dsl);
    }

    private void closeRoom(DSLContext dsl, Instant now) {
        Condition isBooked = exists(selectOne()
                .from(RESERVATIONS)
                .where(RESERVATIONS.ROOM_ID.eq(ROOMS.ID), RESERVATIONS.END_DT.gt(local(now))));
        Pick.one(dsl, ROOMS.ID, ROOMS.IS_DELETED.isFalse(), not(isBooked))
                .ifPresent(room -> dsl.update(ROOMS)
                        .set(ROOMS.IS_DELETED, true)
                        .where(ROOMS.ID.eq(room))
                        .execute());
    }

    /** One room changes from one to the other, as often this way round as that, so that the shares stay. */
    private <T> Change change(TableField<?, T> column, T one, T other) {
        return (dsl, now) -> {
            boolean toOne = dice.chance(0.5);
            Pick.one(dsl, ROOMS.ID, ROOMS.IS_DELETED.isFalse(), column.eq(toOne ? other : one))
                    .ifPresent(room -> dsl.update(ROOMS)
                            .set(column, toOne ? one : other)
                            .where(ROOMS.ID.eq(room))
                            .execute());
        };
    }
}
