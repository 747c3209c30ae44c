package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyHistory.Exactness;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.collectors.internal.events.Windows;
import io.getindico.metrics.collectors.internal.history.Spans;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.time.Duration;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Table;

/**
 * Counts the bookings of rooms that are not deleted: all bookings, those that are not rejected (including cancelled and
 * pending ones), and those that wait for a confirmation and have not ended by Indico's wall clock. Also counts them by
 * state, and those created recently. Makes one pass over {@code roombooking.reservations} joined with {@code
 * roombooking.rooms}.
 *
 * <pre>
 * # TYPE indico_num_bookings gauge
 * indico_num_bookings 123.0
 * # TYPE indico_num_valid_bookings gauge
 * indico_num_valid_bookings 113.0
 * # TYPE indico_num_pending_bookings gauge
 * indico_num_pending_bookings 3.0
 * # TYPE indico_room_bookings gauge
 * indico_room_bookings{state="pending"} 26.0
 * indico_room_bookings{state="accepted"} 67.0
 * indico_room_bookings{state="cancelled"} 20.0
 * indico_room_bookings{state="rejected"} 10.0
 * # TYPE indico_room_bookings_created_1d gauge
 * indico_room_bookings_created_1d 2.0
 * # TYPE indico_room_bookings_created_7d gauge
 * indico_room_bookings_created_7d 6.0
 * # TYPE indico_room_bookings_created_30d gauge
 * indico_room_bookings_created_30d 11.0
 * # TYPE indico_room_bookings_oldest_pending_timestamp_seconds gauge
 * indico_room_bookings_oldest_pending_timestamp_seconds 1.6183458E9
 * </pre>
 *
 * @since 0.1.0
 */
public final class BookingsCollector implements MetricCollector {
    private static final Label STATE = Label.closed("state", "pending", "accepted", "cancelled", "rejected");
    private static final MetricFamily BOOKINGS = MetricFamily.gauge("indico_num_bookings")
            .help("Bookings of rooms that are not deleted, in any state.")
            .profile(Profile.COMPATIBLE)
            .purpose("Dashboards made for Indico's own plugin show it.")
            .build();
    private static final MetricFamily VALID = MetricFamily.gauge("indico_num_valid_bookings")
            .help("Bookings that are not rejected, cancelled ones included.")
            .profile(Profile.COMPATIBLE)
            .purpose("Dashboards made for Indico's own plugin show it.")
            .build();
    private static final MetricFamily PENDING = MetricFamily.gauge("indico_num_pending_bookings")
            .help("Bookings that wait for a confirmation and are not over yet.")
            .timeDependent()
            .profile(Profile.COMPATIBLE)
            .purpose("Room managers see how many bookings wait for them.")
            .build();
    private static final MetricFamily BY_STATE = MetricFamily.gauge("indico_room_bookings")
            .help("Bookings of rooms that are not deleted, by state; they add up to indico_num_bookings.")
            .labels(STATE)
            .purpose("Facility managers see what becomes of bookings.")
            .build();
    private static final MetricFamily CREATED_1D = created("1d", "day");
    private static final MetricFamily CREATED_7D = created("7d", "7 days");
    private static final MetricFamily CREATED_30D = created("30d", "30 days");
    private static final MetricFamily OLDEST_PENDING = MetricFamily.gauge(
                    "indico_room_bookings_oldest_pending_timestamp_seconds")
            .help(
                    "When the oldest booking that waits for a confirmation and is not over yet was created, in Unix time.")
            .unit("seconds")
            .timeDependent()
            .purpose("Facility managers see that a room manager does not answer:"
                    + " time() - indico_room_bookings_oldest_pending_timestamp_seconds.")
            .build();

    private static MetricFamily created(String window, String words) {
        return MetricFamily.gauge("indico_room_bookings_created_" + window)
                .help("Bookings of rooms that are not deleted, created in the last " + words + ", in any state.")
                .timeDependent()
                .purpose("Facility managers see how many rooms people book.")
                .build();
    }

    @Override
    public String name() {
        return "bookings";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BOOKINGS, VALID, PENDING, BY_STATE, CREATED_1D, CREATED_7D, CREATED_30D, OLDEST_PENDING);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Condition isPending =
                RESERVATIONS.STATE.eq(ReservationState.PENDING).and(RESERVATIONS.END_DT.ge(context.localNow()));
        return List.of(FamilyQuery.from(RESERVATIONS.join(ROOMS).on(ROOMS.ID.eq(RESERVATIONS.ROOM_ID)))
                .where(ROOMS.IS_DELETED.isFalse())
                .by(STATE, RESERVATIONS.STATE)
                .value(BOOKINGS, countRows())
                .value(VALID, countRows().where(RESERVATIONS.STATE.ne(ReservationState.REJECTED)))
                .value(PENDING, countRows().where(isPending))
                .value(BY_STATE, countRows())
                .value(CREATED_1D, createdInLast(1, context))
                .value(CREATED_7D, createdInLast(7, context))
                .value(CREATED_30D, createdInLast(30, context))
                .value(OLDEST_PENDING, earliest(RESERVATIONS.CREATED_DT).where(isPending)));
    }

    private static Value createdInLast(int days, CollectionContext context) {
        return countRows().where(Windows.last(RESERVATIONS.CREATED_DT, context.now(), Duration.ofDays(days)));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        Table<?> bookings = RESERVATIONS.join(ROOMS).on(ROOMS.ID.eq(RESERVATIONS.ROOM_ID));
        String stateOfToday = "A booking has its present state from the beginning.";
        String roomOfToday = "Bookings of deleted rooms and bookings that an administrator deleted are missing.";
        Spans created = new Spans(CREATED_1D, CREATED_7D, CREATED_30D);
        FamilyQuery query = FamilyQuery.from(bookings)
                .where(ROOMS.IS_DELETED.isFalse())
                .by(STATE, RESERVATIONS.STATE)
                .value(BOOKINGS, countRows())
                .value(VALID, countRows().where(RESERVATIONS.STATE.ne(ReservationState.REJECTED)))
                .value(BY_STATE, countRows());
        return List.of(created.limit(FamilyHistory.nearExact(created.count(query), roomOfToday))
                .except(VALID, Exactness.APPROXIMATE, stateOfToday)
                .except(BY_STATE, Exactness.APPROXIMATE, stateOfToday)
                .from(RESERVATIONS.CREATED_DT)
                .inPartsOf(RESERVATIONS.ID));
    }
}
