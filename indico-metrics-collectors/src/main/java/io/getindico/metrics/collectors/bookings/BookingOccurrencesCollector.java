package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Table;

/**
 * Counts the days on which bookings take place: all days, in any room and state, and the valid days of accepted
 * bookings in rooms that are not deleted. Also counts by state the days in rooms that are not deleted, whatever the
 * state of their booking. Makes two passes over {@code roombooking.reservations} joined with {@code roombooking.rooms},
 * for the sets of bookings to exclude, and one over {@code roombooking.reservation_occurrences}.
 *
 * <pre>
 * # TYPE indico_num_booking_occurrences gauge
 * indico_num_booking_occurrences 894.0
 * # TYPE indico_num_valid_booking_occurrences gauge
 * indico_num_valid_booking_occurrences 273.0
 * # TYPE indico_room_booking_occurrences gauge
 * indico_room_booking_occurrences{state="valid"} 523.0
 * indico_room_booking_occurrences{state="cancelled"} 144.0
 * indico_room_booking_occurrences{state="rejected"} 163.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class BookingOccurrencesCollector implements MetricCollector {
    private static final Label STATE = Label.closed("state", "valid", "cancelled", "rejected");
    private static final MetricFamily OCCURRENCES = MetricFamily.gauge("indico_num_booking_occurrences")
            .help("Days on which bookings take place, in any state and room.")
            .profile(Profile.COMPATIBLE)
            .purpose("Dashboards made for Indico's own plugin show it.")
            .build();
    private static final MetricFamily VALID = MetricFamily.gauge("indico_num_valid_booking_occurrences")
            .help("Days on which accepted bookings of rooms that are not deleted take place.")
            .profile(Profile.COMPATIBLE)
            .purpose("Dashboards made for Indico's own plugin show it.")
            .build();
    private static final MetricFamily BY_STATE = MetricFamily.gauge("indico_room_booking_occurrences")
            .help("Days on which rooms that are not deleted are booked, by state.")
            .labels(STATE)
            .profile(Profile.FULL)
            .purpose("Facility managers see how much rooms are booked, and how many booked days are given back.")
            .build();

    @Override
    public String name() {
        return "booking_occurrences";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(OCCURRENCES, VALID, BY_STATE);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Table<?> bookings = RESERVATIONS.join(ROOMS).on(ROOMS.ID.eq(RESERVATIONS.ROOM_ID));
        Condition isRoomDeleted = ROOMS.IS_DELETED.isTrue();
        IdSet notHeld = IdSet.of(
                "bookings_not_held",
                RESERVATIONS.ID,
                bookings,
                RESERVATIONS.STATE.ne(ReservationState.ACCEPTED).or(isRoomDeleted));
        IdSet ofDeletedRooms = IdSet.of("bookings_of_deleted_rooms", RESERVATIONS.ID, bookings, isRoomDeleted);
        return List.of(FamilyQuery.from(RESERVATION_OCCURRENCES)
                .by(STATE, RESERVATION_OCCURRENCES.STATE)
                .value(OCCURRENCES, countRows())
                .value(
                        VALID,
                        countRows()
                                .where(RESERVATION_OCCURRENCES
                                        .STATE
                                        .eq(ReservationOccurrenceState.VALID)
                                        .and(notHeld.doesNotContain(RESERVATION_OCCURRENCES.RESERVATION_ID))))
                .value(
                        BY_STATE,
                        countRows().where(ofDeletedRooms.doesNotContain(RESERVATION_OCCURRENCES.RESERVATION_ID))));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        Condition isOfRoom = ROOMS.IS_DELETED.isFalse();
        Condition isHeld = RESERVATION_OCCURRENCES
                .STATE
                .eq(ReservationOccurrenceState.VALID)
                .and(RESERVATIONS.STATE.eq(ReservationState.ACCEPTED))
                .and(isOfRoom);
        return List.of(FamilyHistory.approximate(
                        FamilyQuery.from(RESERVATION_OCCURRENCES
                                        .join(RESERVATIONS)
                                        .on(RESERVATIONS.ID.eq(RESERVATION_OCCURRENCES.RESERVATION_ID))
                                        .join(ROOMS)
                                        .on(ROOMS.ID.eq(RESERVATIONS.ROOM_ID)))
                                .by(STATE, RESERVATION_OCCURRENCES.STATE)
                                .value(OCCURRENCES, countRows())
                                .value(VALID, countRows().where(isHeld))
                                .value(BY_STATE, countRows().where(isOfRoom)),
                        "The days of a booking count from its creation on, in their present state.")
                .from(RESERVATIONS.CREATED_DT)
                .inPartsOf(RESERVATIONS.ID));
    }
}
