package io.getindico.metrics.collectors.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.collectors.Agreements;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.WideCase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Random databases, read by the collectors and by plain code from the specification. Another number of databases is read
 * with {@code -Ddifferential.databases=5000}.
 */
class DifferentialTest {
    private static final int DATABASES = Integer.getInteger("differential.databases", 8);

    /** The families that the catalogue has SQL for. */
    private static final Set<MetricFamily> FAMILIES = Gauges.collectors().stream()
            .flatMap(collector -> collector.families().stream())
            .filter(family -> CatalogueSql.FAMILIES.contains(family.name()))
            .collect(Collectors.toSet());

    @Test
    void theCollectorsAgreeWithTheSpecification() throws SQLException {
        try (RandomDatabases databases = RandomDatabases.create();
                IndicoMetrics metrics = RandomDatabases.configure(IndicoMetrics.builder(databases.dataSource())
                                .discoverCollectors()
                                .extraFamilies(List.of("*")))
                        .build()) {
            List<String> differences = new ArrayList<>();
            for (int seed = 0; seed < DATABASES; seed++) {
                GoldenCase specified = databases.write(seed);
                Gauges read = new Gauges(metrics.readOnce(specified.now()));
                assertThat(read.failures()).as("seed %d", seed).isEmpty();
                assertThat(differences(specified.values(), read.values()))
                        .as("seed %d at %s", seed, specified.now())
                        .isEmpty();
                for (String violation : Agreements.violations(read.reading(), specified.now())) {
                    differences.add("seed " + seed + ": " + violation);
                }
                WideCase catalogue = databases.catalogue(specified.now());
                for (MetricFamily family : FAMILIES) {
                    for (String difference : catalogue.differences(family, read.reading())) {
                        differences.add("seed " + seed + ": " + difference);
                    }
                }
            }
            assertThat(differences).isEmpty();
        }
    }

    private static List<String> differences(SortedMap<String, Double> specified, SortedMap<String, Double> read) {
        SortedSet<String> gauges = new TreeSet<>(specified.keySet());
        gauges.addAll(read.keySet());
        return gauges.stream()
                .filter(gauge -> !Objects.equals(specified.get(gauge), read.get(gauge)))
                .map(gauge -> "%s: specified %s, read %s".formatted(gauge, specified.get(gauge), read.get(gauge)))
                .toList();
    }
}
