package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.util.List;
import org.jooq.Condition;

/**
 * Counts the valid occurrences of accepted bookings, in rooms that are not deleted, that are in progress by Indico's
 * wall clock. Those that start or end at this instant do not count. Reads {@code roombooking.reservation_occurrences}
 * by its indexes on time, {@code roombooking.reservations} and {@code roombooking.rooms}.
 *
 * <pre>
 * # TYPE indico_num_ongoing_booking_occurrences gauge
 * indico_num_ongoing_booking_occurrences 2.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class OngoingBookingOccurrencesCollector implements MetricCollector {
    private static final MetricFamily ONGOING = MetricFamily.gauge("indico_num_ongoing_booking_occurrences")
            .help("Bookings in progress: accepted, not cancelled, in rooms that are not deleted.")
            .timeDependent()
            .profile(Profile.COMPATIBLE)
            .build();

    @Override
    public String name() {
        return "ongoing_booking_occurrences";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(ONGOING);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.LIVE;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(FamilyQuery.from(RESERVATION_OCCURRENCES)
                .where(
                        RESERVATION_OCCURRENCES.STATE.eq(ReservationOccurrenceState.VALID),
                        RESERVATION_OCCURRENCES.START_DT.lt(context.localNow()),
                        RESERVATION_OCCURRENCES.END_DT.gt(context.localNow()),
                        isHeld())
                .value(ONGOING, countRows()));
    }

    /**
     * Looks up the booking of each of the few occurrences in progress. With a join, PostgreSQL would read all
     * reservations: it treats the two times as independent and expects thousands of occurrences.
     */
    private static Condition isHeld() {
        return condition(field(
                select(field(RESERVATIONS.STATE.eq(ReservationState.ACCEPTED).and(ROOMS.IS_DELETED.isFalse())))
                        .from(RESERVATIONS)
                        .join(ROOMS)
                        .on(ROOMS.ID.eq(RESERVATIONS.ROOM_ID))
                        .where(RESERVATIONS.ID.eq(RESERVATION_OCCURRENCES.RESERVATION_ID))));
    }
}
