package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.localDateTimeAdd;
import static org.jooq.impl.DSL.localDateTimeSub;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.internal.history.Instants;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.DatePart;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.Table;

/**
 * Counts the occurrences that are in progress by Indico's wall clock, and those that start within an hour: valid ones,
 * of accepted bookings, in rooms that are not deleted. An occurrence that starts or ends at this instant is not in
 * progress. Also counts the rooms in use by location. A room is in use from the start of an occurrence on, and
 * occurrences of cancelled bookings count too: if a series is cancelled while it runs, the days that have begun stay
 * valid.
 *
 * <p>Reads {@code roombooking.reservation_occurrences} three times through its index on {@code start_dt} or {@code
 * end_dt}, and the few {@code roombooking.reservations} found there, each with its room; {@code roombooking.rooms} and
 * {@code roombooking.locations} once. To use the index, it relies on an occurrence ending within two days.
 *
 * <pre>
 * # TYPE indico_num_ongoing_booking_occurrences gauge
 * indico_num_ongoing_booking_occurrences 2.0
 * # TYPE indico_rooms_in_use gauge
 * indico_rooms_in_use{location="Site 3-1"} 1.0
 * indico_rooms_in_use{location="Site 3-2"} 0.0
 * # TYPE indico_room_bookings_starting_1h gauge
 * indico_room_bookings_starting_1h 1.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class OngoingBookingOccurrencesCollector implements MetricCollector {
    private static final Label LOCATION = Label.open("location");
    private static final MetricFamily ONGOING = MetricFamily.gauge("indico_num_ongoing_booking_occurrences")
            .help("Bookings in progress: accepted, not cancelled, in rooms that are not deleted.")
            .timeDependent()
            .profile(Profile.COMPATIBLE)
            .purpose("Dashboards made for Indico's own plugin show it.")
            .build();
    private static final MetricFamily ROOMS_IN_USE = MetricFamily.gauge("indico_rooms_in_use")
            .help(
                    "Rooms that are not deleted and that a booking occupies now, by location; each location with a room has a"
                            + " series.")
            .labels(LOCATION)
            .timeDependent()
            .purpose("Facility managers see how full the buildings are: indico_rooms_in_use / indico_rooms.")
            .build();
    private static final MetricFamily STARTING = MetricFamily.gauge("indico_room_bookings_starting_1h")
            .help("Bookings that start within the next hour: accepted, not cancelled, in rooms that are not deleted.")
            .timeDependent()
            .purpose("Support staff prepare for them: doors, heating, people on call.")
            .build();

    @Override
    public String name() {
        return "ongoing_booking_occurrences";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(ONGOING, ROOMS_IN_USE, STARTING);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.LIVE;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Field<LocalDateTime> now = context.localNow();
        Condition isValid = RESERVATION_OCCURRENCES.STATE.eq(ReservationOccurrenceState.VALID);
        return List.of(
                FamilyQuery.from(RESERVATION_OCCURRENCES)
                        .where(
                                isValid,
                                RESERVATION_OCCURRENCES.START_DT.lt(now),
                                RESERVATION_OCCURRENCES.END_DT.gt(now),
                                isHeld())
                        .value(ONGOING, countRows()),
                FamilyQuery.from(ROOMS.join(LOCATIONS).on(LOCATIONS.ID.eq(ROOMS.LOCATION_ID)))
                        .where(ROOMS.IS_DELETED.isFalse())
                        .by(LOCATION, LOCATIONS.NAME, LOCATIONS.ID)
                        .value(
                                ROOMS_IN_USE,
                                countRows()
                                        .where(ROOMS.ID.in(roomsOf(
                                                isValid,
                                                RESERVATION_OCCURRENCES.START_DT.gt(
                                                        localDateTimeSub(now, 2, DatePart.DAY)),
                                                RESERVATION_OCCURRENCES.START_DT.le(now),
                                                RESERVATION_OCCURRENCES.END_DT.gt(now))))),
                FamilyQuery.from(RESERVATION_OCCURRENCES)
                        .where(
                                isValid,
                                RESERVATION_OCCURRENCES.START_DT.gt(now),
                                RESERVATION_OCCURRENCES.START_DT.le(localDateTimeAdd(now, 1, DatePart.HOUR)),
                                isHeld())
                        .value(STARTING, countRows()));
    }

    /** The rooms of the bookings of some occurrences; NULL for a booking that was not confirmed. */
    private static Select<Record1<Integer>> roomsOf(Condition... occurrences) {
        return select(field(select(RESERVATIONS.ROOM_ID)
                        .from(RESERVATIONS)
                        .where(
                                RESERVATIONS.ID.eq(RESERVATION_OCCURRENCES.RESERVATION_ID),
                                RESERVATIONS.STATE.in(ReservationState.ACCEPTED, ReservationState.CANCELLED))))
                .from(RESERVATION_OCCURRENCES)
                .where(occurrences);
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

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        DataType<Instant> type = RESERVATIONS.CREATED_DT.getDataType();
        Field<Instant> start = Instants.utc(RESERVATION_OCCURRENCES.START_DT, context.zone(), type);
        Field<Instant> end = Instants.utc(RESERVATION_OCCURRENCES.END_DT, context.zone(), type);
        String today = "Bookings have their present state, and those of deleted rooms are missing.";
        Field<Integer> room = ROOMS.ID.as("room");
        Field<String> location = LOCATIONS.NAME.as("location");
        Field<Integer> locationId = LOCATIONS.ID.as("location_id");
        Field<LocalDateTime> from = RESERVATION_OCCURRENCES.START_DT.as("occupied_from");
        Field<LocalDateTime> until = RESERVATION_OCCURRENCES.END_DT.as("occupied_until");
        // Where bookings of a room overlap, only the first one occupies it.
        Field<LocalDateTime> before = max(RESERVATION_OCCURRENCES.END_DT)
                .over()
                .partitionBy(ROOMS.ID)
                .orderBy(RESERVATION_OCCURRENCES.START_DT, RESERVATION_OCCURRENCES.RESERVATION_ID)
                .rowsBetweenUnboundedPreceding()
                .andPreceding(1)
                .as("occupied_before");
        // A room without a booking gives its location a series of zeros.
        Table<?> occupied = select(room, location, locationId, from, until, before)
                .from(ROOMS.join(LOCATIONS)
                        .on(LOCATIONS.ID.eq(ROOMS.LOCATION_ID))
                        .leftJoin(RESERVATIONS
                                .join(RESERVATION_OCCURRENCES)
                                .on(RESERVATION_OCCURRENCES.RESERVATION_ID.eq(RESERVATIONS.ID)))
                        .on(
                                RESERVATIONS.ROOM_ID.eq(ROOMS.ID),
                                RESERVATION_OCCURRENCES.STATE.eq(ReservationOccurrenceState.VALID),
                                RESERVATIONS.STATE.in(ReservationState.ACCEPTED, ReservationState.CANCELLED)))
                .where(ROOMS.IS_DELETED.isFalse())
                .asTable("occupied");
        Field<LocalDateTime> free = greatest(occupied.field(from), occupied.field(before));
        return List.of(
                FamilyHistory.nearExact(
                                FamilyQuery.from(RESERVATION_OCCURRENCES
                                                .join(RESERVATIONS)
                                                .on(RESERVATIONS.ID.eq(RESERVATION_OCCURRENCES.RESERVATION_ID))
                                                .join(ROOMS)
                                                .on(ROOMS.ID.eq(RESERVATIONS.ROOM_ID)))
                                        .where(
                                                RESERVATION_OCCURRENCES.STATE.eq(ReservationOccurrenceState.VALID),
                                                RESERVATIONS.STATE.eq(ReservationState.ACCEPTED),
                                                ROOMS.IS_DELETED.isFalse())
                                        .value(ONGOING, countRows()),
                                today)
                        .after(start)
                        .until(end)
                        .hourly()
                        .inPartsOf(RESERVATIONS.ID),
                FamilyHistory.nearExact(
                                FamilyQuery.from(occupied)
                                        .by(LOCATION, occupied.field(location), occupied.field(locationId))
                                        .value(
                                                ROOMS_IN_USE,
                                                countRows()
                                                        .where(occupied.field(from)
                                                                .isNotNull())),
                                today)
                        .from(Instants.utc(free, context.zone(), type))
                        .until(Instants.utc(occupied.field(until), context.zone(), type))
                        .hourly()
                        .inPartsOf(ROOMS.ID, occupied.field(room)));
    }
}
