package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.util.List;

/**
 * Counts the days on which bookings take place: all days, in any room and state, and the valid days of accepted
 * bookings in rooms that are not deleted. Makes one pass over {@code roombooking.reservations} joined with {@code
 * roombooking.rooms}, for the set of bookings to exclude, and one over {@code roombooking.reservation_occurrences}.
 *
 * <pre>
 * # TYPE indico_num_booking_occurrences gauge
 * indico_num_booking_occurrences 910.0
 * # TYPE indico_num_valid_booking_occurrences gauge
 * indico_num_valid_booking_occurrences 343.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class BookingOccurrencesCollector implements MetricCollector {
    private static final MetricFamily OCCURRENCES = MetricFamily.gauge("indico_num_booking_occurrences")
            .help("Days on which bookings take place, in any state and room.")
            .profile(Profile.COMPATIBLE)
            .build();
    private static final MetricFamily VALID = MetricFamily.gauge("indico_num_valid_booking_occurrences")
            .help("Days on which accepted bookings of rooms that are not deleted take place.")
            .profile(Profile.COMPATIBLE)
            .build();

    @Override
    public String name() {
        return "booking_occurrences";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(OCCURRENCES, VALID);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        IdSet notHeld = IdSet.of(
                "bookings_not_held",
                RESERVATIONS.ID,
                RESERVATIONS.join(ROOMS).on(ROOMS.ID.eq(RESERVATIONS.ROOM_ID)),
                RESERVATIONS.STATE.ne(ReservationState.ACCEPTED).or(ROOMS.IS_DELETED.isTrue()));
        return List.of(FamilyQuery.from(RESERVATION_OCCURRENCES)
                .value(OCCURRENCES, countRows())
                .value(
                        VALID,
                        countRows()
                                .where(RESERVATION_OCCURRENCES
                                        .STATE
                                        .eq(ReservationOccurrenceState.VALID)
                                        .and(notHeld.doesNotContain(RESERVATION_OCCURRENCES.RESERVATION_ID)))));
    }
}
