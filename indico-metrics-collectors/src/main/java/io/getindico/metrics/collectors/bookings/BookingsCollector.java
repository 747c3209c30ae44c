package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.util.List;

/**
 * Counts the bookings of rooms that are not deleted: all bookings, those that are not rejected (including cancelled and
 * pending ones), and those that wait for a confirmation and have not ended by Indico's wall clock. Makes one pass over
 * {@code roombooking.reservations} joined with {@code roombooking.rooms}.
 *
 * <pre>
 * # TYPE indico_num_bookings gauge
 * indico_num_bookings 119.0
 * # TYPE indico_num_valid_bookings gauge
 * indico_num_valid_bookings 101.0
 * # TYPE indico_num_pending_bookings gauge
 * indico_num_pending_bookings 2.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class BookingsCollector implements MetricCollector {
    private static final MetricFamily BOOKINGS = MetricFamily.gauge("indico_num_bookings")
            .help("Bookings of rooms that are not deleted, in any state.")
            .profile(Profile.COMPATIBLE)
            .build();
    private static final MetricFamily VALID = MetricFamily.gauge("indico_num_valid_bookings")
            .help("Bookings that are not rejected, cancelled ones included.")
            .profile(Profile.COMPATIBLE)
            .build();
    private static final MetricFamily PENDING = MetricFamily.gauge("indico_num_pending_bookings")
            .help("Bookings that wait for a confirmation and are not over yet.")
            .timeDependent()
            .profile(Profile.COMPATIBLE)
            .build();

    @Override
    public String name() {
        return "bookings";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BOOKINGS, VALID, PENDING);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(FamilyQuery.from(RESERVATIONS.join(ROOMS).on(ROOMS.ID.eq(RESERVATIONS.ROOM_ID)))
                .where(ROOMS.IS_DELETED.isFalse())
                .value(BOOKINGS, countRows())
                .value(VALID, countRows().where(RESERVATIONS.STATE.ne(ReservationState.REJECTED)))
                .value(
                        PENDING,
                        countRows()
                                .where(RESERVATIONS
                                        .STATE
                                        .eq(ReservationState.PENDING)
                                        .and(RESERVATIONS.END_DT.ge(context.localNow())))));
    }
}
