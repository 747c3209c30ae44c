package io.getindico.metrics.collectors.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.testing.GoldenCase;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Random databases, read by the collectors and by plain code from the specification. Another number of databases is read
 * with {@code -Ddifferential.databases=5000}.
 */
class DifferentialTest {
    private static final int DATABASES = Integer.getInteger("differential.databases", 40);

    @Test
    void theCollectorsAgreeWithTheSpecification() throws SQLException {
        try (RandomDatabases databases = RandomDatabases.create();
                IndicoMetrics metrics = RandomDatabases.configure(
                                IndicoMetrics.builder(databases.dataSource()).discoverCollectors())
                        .build()) {
            for (int seed = 0; seed < DATABASES; seed++) {
                GoldenCase specified = databases.write(seed);
                Gauges read = new Gauges(metrics.readOnce(specified.now()));
                assertThat(differences(specified.values(), read.values()))
                        .as("seed %d at %s", seed, specified.now())
                        .isEmpty();
            }
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
