package io.getindico.metrics.collectors;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.inline;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.WideData;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The families of the wider catalogue that the built-in collectors give have the catalogue's values. */
class WideGoldenTest {
    static Stream<IndicoRelease> releases() {
        return WideData.RELEASES.stream();
    }

    @ParameterizedTest
    @MethodSource("releases")
    void eachFamilyOfTheCatalogueHasItsValues(IndicoRelease release) {
        try (WideIndico indico = new WideIndico(release)) {
            assertThat(indico.differences(Gauges.collectors().toArray(MetricCollector[]::new)))
                    .isEmpty();
        }
    }

    /** The values are compared only for families that the collectors have. */
    @Test
    void noFamilyOfTheCatalogueIsMissing() {
        assertThat(Gauges.collectors())
                .flatExtracting(MetricCollector::families)
                .extracting(MetricFamily::name)
                .containsAll(WideData.families());
    }

    /** Without this, two empty results could be compared. */
    @Test
    void aWrongOrMissingValueIsFound() {
        try (WideIndico indico = new WideIndico(IndicoRelease.V3_3_12)) {
            assertThat(indico.differences(new Wrong()))
                    .contains(
                            "indico_rooms{location=\"Site 1-1\"} at 2026-06-15T12:00:00Z in UTC: expected 4.0, read null",
                            "indico_rooms{location=\"nowhere\"} at 2026-06-15T12:00:00Z in UTC: expected null, read 1.0",
                            "indico_admin_users{} at 2026-06-15T12:00:00Z in UTC: expected 1.0, read 0.0",
                            "indico_reminders_oldest_due_timestamp_seconds{} at 2026-06-15T12:00:00Z in UTC:"
                                    + " expected null, read 0.0");
        }
    }

    private record Wrong() implements MetricCollector {
        private static final Label LOCATION = Label.open("location");
        private static final MetricFamily ROOMS = MetricFamily.gauge("indico_rooms")
                .help("A test metric.")
                .labels(LOCATION)
                .build();
        private static final MetricFamily ADMINS =
                MetricFamily.gauge("indico_admin_users").help("A test metric.").build();
        private static final MetricFamily OLDEST = MetricFamily.gauge("indico_reminders_oldest_due_timestamp_seconds")
                .help("A test metric.")
                .build();

        @Override
        public String name() {
            return "wrong";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(ROOMS, ADMINS, OLDEST);
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            return List.of(
                    FamilyQuery.from(CATEGORIES)
                            .where(CATEGORIES.ID.eq(0))
                            .by(LOCATION, inline("nowhere"), CATEGORIES.ID)
                            .value(ROOMS, countRows()),
                    FamilyQuery.withoutFrom().value(ADMINS, scalar(inline(0))).value(OLDEST, scalar(inline(0))));
        }
    }
}
