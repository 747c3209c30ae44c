package io.getindico.metrics.collectors.rooms;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import java.util.List;

/**
 * Counts the rooms that are not deleted, and how many of them can be booked, are protected, or need a confirmation of
 * each booking. Makes one pass over {@code roombooking.rooms}.
 *
 * <pre>
 * # TYPE indico_num_rooms gauge
 * indico_num_rooms 20.0
 * # TYPE indico_num_active_rooms gauge
 * indico_num_active_rooms 15.0
 * # TYPE indico_num_restricted_rooms gauge
 * indico_num_restricted_rooms 14.0
 * # TYPE indico_num_rooms_with_confirmation gauge
 * indico_num_rooms_with_confirmation 6.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class RoomsCollector implements MetricCollector {
    private static final MetricFamily LIVE_ROOMS = MetricFamily.gauge("indico_num_rooms")
            .help("Rooms that are not deleted.")
            .profile(Profile.COMPATIBLE)
            .build();
    private static final MetricFamily RESERVABLE = MetricFamily.gauge("indico_num_active_rooms")
            .help("Rooms that can be booked.")
            .profile(Profile.COMPATIBLE)
            .build();
    private static final MetricFamily RESTRICTED = MetricFamily.gauge("indico_num_restricted_rooms")
            .help("Rooms that only some may book: their protection mode is protected.")
            .profile(Profile.COMPATIBLE)
            .build();
    private static final MetricFamily WITH_CONFIRMATION = MetricFamily.gauge("indico_num_rooms_with_confirmation")
            .help("Rooms whose bookings must be confirmed.")
            .profile(Profile.COMPATIBLE)
            .build();

    @Override
    public String name() {
        return "rooms";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(LIVE_ROOMS, RESERVABLE, RESTRICTED, WITH_CONFIRMATION);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(FamilyQuery.from(ROOMS)
                .where(ROOMS.IS_DELETED.isFalse())
                .value(LIVE_ROOMS, countRows())
                .value(RESERVABLE, countRows().where(ROOMS.IS_RESERVABLE.isTrue()))
                .value(RESTRICTED, countRows().where(ROOMS.PROTECTION_MODE.eq(ProtectionMode.PROTECTED)))
                .value(WITH_CONFIRMATION, countRows().where(ROOMS.RESERVATIONS_NEED_CONFIRMATION.isTrue())));
    }
}
