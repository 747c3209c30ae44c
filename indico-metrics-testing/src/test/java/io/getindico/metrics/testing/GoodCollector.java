package io.getindico.metrics.testing;

import static io.getindico.metrics.api.RowCounts.countRows;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.jooq.impl.DSL.min;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Samples;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import java.util.List;

/** Keeps to the contract, with a family of each kind; those that do not are made of it. */
public class GoodCollector implements MetricCollector {
    static final MetricFamily ALL =
            MetricFamily.gauge("indico_test_rooms").help("Rooms.").build();
    static final MetricFamily BY_PROTECTION = MetricFamily.gauge("indico_test_rooms_by_protection")
            .help("Rooms by protection mode.")
            .labels(Label.closed("mode", ProtectionMode.class))
            .build();
    static final MetricFamily BY_LOCATION = MetricFamily.gauge("indico_test_rooms_by_location")
            .help("Rooms by location.")
            .labels(Label.open("location"))
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
        return List.of(ALL, BY_PROTECTION, BY_LOCATION);
    }

    @Override
    public int maxStatements() {
        return 3;
    }

    @Override
    public void collect(CollectionContext context, Samples samples) {
        all(context, samples);
        byProtection(context, samples);
        byLocation(context, samples);
    }

    void all(CollectionContext context, Samples samples) {
        samples.set(
                ALL, context.dsl().select(countRows()).from(ROOMS).fetchSingle().value1());
    }

    void byProtection(CollectionContext context, Samples samples) {
        context.dsl()
                .select(ROOMS.PROTECTION_MODE, countRows())
                .from(ROOMS)
                .groupBy(ROOMS.PROTECTION_MODE)
                .forEach(row -> samples.set(BY_PROTECTION, row.value2(), row.value1()));
    }

    void byLocation(CollectionContext context, Samples samples) {
        context.dsl()
                .select(LOCATIONS.NAME, countRows())
                .from(ROOMS)
                .join(LOCATIONS)
                .on(LOCATIONS.ID.eq(ROOMS.LOCATION_ID))
                .groupBy(LOCATIONS.NAME)
                .orderBy(min(LOCATIONS.ID))
                .forEach(row -> samples.set(BY_LOCATION, row.value2(), row.value1()));
    }
}
