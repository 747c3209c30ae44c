package io.getindico.metrics.testing;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import java.util.List;
import org.jooq.Table;

/** Keeps to the contract, with a family of each kind; those that do not are made of it. */
public class GoodCollector implements MetricCollector {
    static final Label MODE = Label.closed("mode", ProtectionMode.class);
    static final Label LOCATION = Label.open("location");
    static final MetricFamily ALL =
            MetricFamily.gauge("indico_test_rooms").help("Rooms.").build();
    static final MetricFamily BY_PROTECTION = MetricFamily.gauge("indico_test_rooms_by_protection")
            .help("Rooms by protection mode.")
            .labels(MODE)
            .build();
    static final MetricFamily BY_LOCATION = MetricFamily.gauge("indico_test_rooms_by_location")
            .help("Rooms by location.")
            .labels(LOCATION)
            .build();
    static final MetricFamily BEGUN = MetricFamily.gauge("indico_test_begun_bookings")
            .help("Days of bookings that have begun.")
            .timeDependent()
            .build();
    static final MetricFamily REGISTERED = MetricFamily.gauge("indico_test_registered_users")
            .help("Users whose registration has a date.")
            .build();

    static final Label KIND = Label.closed("kind", "room", "location");
    static final MetricFamily OBJECTS = MetricFamily.gauge("indico_test_objects")
            .help("Rooms and locations.")
            .labels(KIND)
            .build();

    static void insertRows(IndicoRows rows) {
        for (String name : List.of("Meyrin", "Prévessin", "Annecy", "Bern", "Zug", "Basel")) {
            int location = rows.row(LOCATIONS).with(LOCATIONS.NAME, name).insert();
            rows.row(ROOMS)
                    .with(ROOMS.LOCATION_ID, location)
                    .with(ROOMS.PROTECTION_MODE, ProtectionMode.PUBLIC)
                    .insert();
        }
    }

    @Override
    public String name() {
        return "test_rooms";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(ALL, BY_PROTECTION, BY_LOCATION, BEGUN, REGISTERED, OBJECTS);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(
                rooms(context),
                byLocation(),
                begun(context),
                registered(),
                objects("room", ROOMS),
                objects("location", LOCATIONS));
    }

    FamilyQuery rooms(CollectionContext context) {
        return FamilyQuery.from(ROOMS)
                .by(MODE, ROOMS.PROTECTION_MODE)
                .value(BY_PROTECTION, countRows())
                .value(ALL, countRows());
    }

    FamilyQuery byLocation() {
        return FamilyQuery.from(ROOMS.join(LOCATIONS).on(LOCATIONS.ID.eq(ROOMS.LOCATION_ID)))
                .by(LOCATION, LOCATIONS.NAME, LOCATIONS.ID)
                .value(BY_LOCATION, countRows());
    }

    FamilyQuery begun(CollectionContext context) {
        return FamilyQuery.from(RESERVATION_OCCURRENCES)
                .where(RESERVATION_OCCURRENCES.START_DT.le(context.localNow()))
                .value(BEGUN, countRows());
    }

    /** A part of a family. */
    private static FamilyQuery objects(String kind, Table<?> table) {
        return FamilyQuery.from(table).constant(KIND, kind).value(OBJECTS, countRows());
    }

    /** The column came with 3.3. */
    FamilyQuery registered() {
        return FamilyQuery.from(USERS)
                .where(USERS.CREATED_DT.isNotNull())
                .since("3.3")
                .value(REGISTERED, countRows());
    }
}
