package io.getindico.metrics.collectors.differential;

import static io.getindico.metrics.collectors.Indico.NOW;
import static io.getindico.metrics.collectors.Indico.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/**
 * Random databases, read by the collectors and by plain code from the specification. Another number of databases is read
 * with {@code -Ddifferential.databases=5000}.
 */
class DifferentialTest {
    private static final int DATABASES = Integer.getInteger("differential.databases", 120);
    private static final ZoneId ZONE = ZoneId.of("America/St_Johns");
    private static final Duration AGE = Duration.ofHours(7);
    private static final List<Instant> INSTANTS = List.of(NOW, NOW.minus(TICK), NOW.plus(TICK));

    @Test
    void theCollectorsAgreeWithTheSpecification() throws SQLException {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest());
                Connection connection = database.dataSource().getConnection();
                IndicoMetrics metrics = IndicoMetrics.builder(database.dataSource())
                        .discoverCollectors()
                        .zone(ZONE)
                        .activeUserAge(AGE)
                        .build()) {
            DSLContext dsl = DSL.using(connection);
            IndicoWriter.permitMissingColumns(dsl);
            for (int seed = 0; seed < DATABASES; seed++) {
                SmallIndico indico = RandomIndico.of(new Random(seed), NOW, local(NOW), AGE);
                IndicoWriter.write(dsl, indico);
                Instant at = INSTANTS.get(seed % INSTANTS.size());
                assertThat(differences(
                                NaiveGauges.of(indico, at, local(at), AGE), new Gauges(metrics.readOnce(at)).values()))
                        .as("seed %d at %s", seed, at)
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

    private static LocalDateTime local(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZONE);
    }
}
