package io.getindico.metrics.collectors.rooms;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.jooq.roombooking.tables.BlockedRooms.BLOCKED_ROOMS;
import static io.getindico.metrics.jooq.roombooking.tables.Blockings.BLOCKINGS;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.jooq.impl.DSL.cast;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import java.time.LocalDate;
import java.util.List;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;

/**
 * Counts the rooms that are not deleted, and how many of them can be booked, are protected, or need a confirmation of
 * each booking; and by location, the rooms, those that can be booked, and their seats. Rooms of a deleted location count.
 * Also counts the blockings of rooms, by whether they are over by the date in Indico's time zone, both ends inclusive.
 *
 * <p>Makes one pass over {@code roombooking.rooms}, another one joined with {@code roombooking.locations}, one over
 * {@code roombooking.blockings}, and one over {@code roombooking.blocked_rooms} joined with it. All are small.
 *
 * <pre>
 * # TYPE indico_num_rooms gauge
 * indico_num_rooms 18.0
 * # TYPE indico_num_active_rooms gauge
 * indico_num_active_rooms 14.0
 * # TYPE indico_num_restricted_rooms gauge
 * indico_num_restricted_rooms 14.0
 * # TYPE indico_num_rooms_with_confirmation gauge
 * indico_num_rooms_with_confirmation 7.0
 * # TYPE indico_rooms gauge
 * indico_rooms{location="Site 3-1"} 9.0
 * # TYPE indico_reservable_rooms gauge
 * indico_reservable_rooms{location="Site 3-1"} 7.0
 * # TYPE indico_room_seats gauge
 * indico_room_seats{location="Site 3-1"} 90.0
 * # TYPE indico_room_blockings gauge
 * indico_room_blockings{state="past"} 4.0
 * indico_room_blockings{state="active"} 8.0
 * indico_room_blockings{state="future"} 0.0
 * # TYPE indico_blocked_rooms gauge
 * indico_blocked_rooms{state="pending"} 4.0
 * indico_blocked_rooms{state="accepted"} 4.0
 * indico_blocked_rooms{state="rejected"} 4.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class RoomsCollector implements MetricCollector {
    private static final Label LOCATION = Label.open("location");
    private static final Label BLOCKING_STATE = Label.closed("state", "past", "active", "future");
    private static final Label BLOCKED_STATE = Label.closed("state", "pending", "accepted", "rejected");
    private static final MetricFamily LIVE_ROOMS = MetricFamily.gauge("indico_num_rooms")
            .help("Rooms that are not deleted.")
            .profile(Profile.COMPATIBLE)
            .purpose("Dashboards made for Indico's own plugin show it.")
            .build();
    private static final MetricFamily RESERVABLE = MetricFamily.gauge("indico_num_active_rooms")
            .help("Rooms that can be booked.")
            .profile(Profile.COMPATIBLE)
            .purpose("Dashboards made for Indico's own plugin show it.")
            .build();
    private static final MetricFamily RESTRICTED = MetricFamily.gauge("indico_num_restricted_rooms")
            .help("Rooms that only some users may book: their protection mode is protected.")
            .profile(Profile.COMPATIBLE)
            .purpose("Dashboards made for Indico's own plugin show it.")
            .build();
    private static final MetricFamily WITH_CONFIRMATION = MetricFamily.gauge("indico_num_rooms_with_confirmation")
            .help("Rooms whose bookings must be confirmed.")
            .profile(Profile.COMPATIBLE)
            .purpose("Dashboards made for Indico's own plugin show it.")
            .build();
    private static final MetricFamily ROOMS_BY_LOCATION = MetricFamily.gauge("indico_rooms")
            .help("Rooms that are not deleted, by location; they add up to indico_num_rooms.")
            .labels(LOCATION)
            .purpose("Facility managers compare locations, and divide indico_rooms_in_use by it.")
            .build();
    private static final MetricFamily RESERVABLE_BY_LOCATION = MetricFamily.gauge("indico_reservable_rooms")
            .help("Rooms that are not deleted and can be booked, by location.")
            .labels(LOCATION)
            .purpose("Facility managers see how many rooms each location has for bookings.")
            .build();
    private static final MetricFamily SEATS = MetricFamily.gauge("indico_room_seats")
            .help("Seats in rooms that are not deleted, by location, as far as the capacities of the rooms are known.")
            .labels(LOCATION)
            .purpose("Facility managers see how many people each location can seat.")
            .build();
    private static final MetricFamily BLOCKINGS_BY_STATE = MetricFamily.gauge("indico_room_blockings")
            .help("Blockings of rooms that are past, active or future today in Indico's time zone.")
            .labels(BLOCKING_STATE)
            .timeDependent()
            .profile(Profile.FULL)
            .purpose("Facility managers see how often rooms are kept from being booked.")
            .build();
    private static final MetricFamily BLOCKED_ROOMS_BY_STATE = MetricFamily.gauge("indico_blocked_rooms")
            .help("Rooms in active or future blockings, once for each blocking, by the decision of the room's manager.")
            .labels(BLOCKED_STATE)
            .timeDependent()
            .profile(Profile.FULL)
            .purpose("Facility managers see blockings that wait for a decision.")
            .build();

    @Override
    public String name() {
        return "rooms";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(
                LIVE_ROOMS,
                RESERVABLE,
                RESTRICTED,
                WITH_CONFIRMATION,
                ROOMS_BY_LOCATION,
                RESERVABLE_BY_LOCATION,
                SEATS,
                BLOCKINGS_BY_STATE,
                BLOCKED_ROOMS_BY_STATE);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Field<LocalDate> today = cast(context.localNow(), SQLDataType.LOCALDATE);
        return List.of(
                FamilyQuery.from(ROOMS)
                        .where(ROOMS.IS_DELETED.isFalse())
                        .value(LIVE_ROOMS, countRows())
                        .value(RESERVABLE, countRows().where(ROOMS.IS_RESERVABLE.isTrue()))
                        .value(RESTRICTED, countRows().where(ROOMS.PROTECTION_MODE.eq(ProtectionMode.PROTECTED)))
                        .value(WITH_CONFIRMATION, countRows().where(ROOMS.RESERVATIONS_NEED_CONFIRMATION.isTrue())),
                // This query is separate from the first, so that the gauges of Indico's plugin need no other table.
                FamilyQuery.from(ROOMS.join(LOCATIONS).on(LOCATIONS.ID.eq(ROOMS.LOCATION_ID)))
                        .where(ROOMS.IS_DELETED.isFalse())
                        .by(LOCATION, LOCATIONS.NAME, LOCATIONS.ID)
                        .value(ROOMS_BY_LOCATION, countRows())
                        .value(RESERVABLE_BY_LOCATION, countRows().where(ROOMS.IS_RESERVABLE.isTrue()))
                        .value(SEATS, sum(ROOMS.CAPACITY)),
                FamilyQuery.from(BLOCKINGS)
                        .by(
                                BLOCKING_STATE,
                                when(BLOCKINGS.END_DATE.lt(today), inline("past"))
                                        .when(BLOCKINGS.START_DATE.gt(today), inline("future"))
                                        .otherwise(inline("active")))
                        .value(BLOCKINGS_BY_STATE, countRows()),
                FamilyQuery.from(BLOCKED_ROOMS.join(BLOCKINGS).on(BLOCKINGS.ID.eq(BLOCKED_ROOMS.BLOCKING_ID)))
                        .where(BLOCKINGS.END_DATE.ge(today))
                        .by(BLOCKED_STATE, BLOCKED_ROOMS.STATE)
                        .value(BLOCKED_ROOMS_BY_STATE, countRows()));
    }
}
