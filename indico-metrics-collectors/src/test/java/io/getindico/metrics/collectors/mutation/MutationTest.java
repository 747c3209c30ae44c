package io.getindico.metrics.collectors.mutation;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.collectors.differential.RandomDatabases;
import io.getindico.metrics.collectors.differential.RandomDatabases.Specified;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.IndicoDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each condition of each query, broken in each of some ways, is noticed by the plugin's values of the golden rows or by
 * the specification's of random ones. What is not noticed stands, with the reason, in {@code unnoticed.txt}.
 */
@Tag("slow")
class MutationTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path UNNOTICED =
            Path.of("src/test/resources/io/getindico/metrics/collectors/mutation/unnoticed.txt");
    private static final String REASON = " | ";
    private static final int RANDOM_DATABASES = 60;

    /** Some go round in circles. */
    private static final Duration BUDGET = Duration.ofSeconds(2);

    private final List<Living> living = new ArrayList<>();

    /** A mutant, and the collectors that its change can tell on. */
    private record Living(Mutant mutant, MutantClassLoader classes, List<MetricCollector> collectors) {
        static Living of(Mutant mutant, MutantClassLoader classes) {
            String subject = mutant.type().substring(0, mutant.type().lastIndexOf('.'));
            List<MetricCollector> all = ServiceLoader.load(MetricCollector.class, classes).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
            List<MetricCollector> ofSubject = all.stream()
                    .filter(collector -> collector.getClass().getPackageName().equals(subject))
                    .toList();
            return new Living(mutant, classes, ofSubject.isEmpty() ? all : ofSubject);
        }

        boolean isNoticed(
                DataSource dataSource,
                Instant at,
                UnaryOperator<IndicoMetricsBuilder> settings,
                SortedMap<String, Double> values) {
            Gauges gauges = Gauges.read(
                    dataSource,
                    at,
                    builder -> settings.apply(builder)
                            .discoverCollectors(classes)
                            .include(collectors.stream()
                                    .map(MetricCollector::name)
                                    .toList())
                            .queryBudget(HEAVY, BUDGET));
            SortedMap<String, Double> expected = new TreeMap<>(values);
            expected.keySet()
                    .retainAll(collectors.stream()
                            .flatMap(collector -> collector.families().stream())
                            .map(MetricFamily::name)
                            .toList());
            return !gauges.values().equals(expected);
        }
    }

    @Test
    void eachChangeOfAConditionIsNoticed() throws IOException, SQLException {
        int compiled = compile();
        readGolden();
        readRandom();
        assertThat(compiled).as("mutants").isGreaterThan(200);
        assertThat(living)
                .extracting(unnoticed -> unnoticed.mutant().change())
                .containsExactlyInAnyOrderElementsOf(known());
    }

    private int compile() throws IOException {
        for (Path file : sources()) {
            String type =
                    SOURCES.relativize(file).toString().replace(".java", "").replace('/', '.');
            for (Mutant mutant : Mutant.of(type, Files.readString(file))) {
                MutantClassLoader classes = MutantClassLoader.of(mutant);
                if (classes != null) {
                    living.add(Living.of(mutant, classes));
                }
            }
        }
        return living.size();
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .sorted()
                    .toList();
        }
    }

    private void readGolden() {
        for (var release : GoldenData.releases()) {
            try (IndicoDatabase database = IndicoDatabase.create(release)) {
                GoldenData.of(release).loadInto(database);
                for (GoldenCase golden : GoldenData.of(release).cases()) {
                    living.removeIf(mutant -> mutant.isNoticed(
                            database.dataSource(),
                            golden.now(),
                            builder -> builder.zone(golden.zone()).activeUserAge(golden.activeUserAge()),
                            golden.values()));
                }
            }
        }
    }

    private void readRandom() throws SQLException {
        try (RandomDatabases databases = RandomDatabases.create()) {
            for (int seed = 0; seed < RANDOM_DATABASES; seed++) {
                Specified specified = databases.write(seed);
                living.removeIf(mutant -> mutant.isNoticed(
                        databases.dataSource(), specified.at(), RandomDatabases::configure, specified.values()));
            }
        }
    }

    /** A line each: the change, and why it cannot be noticed. */
    private static List<String> known() throws IOException {
        return Files.readAllLines(UNNOTICED).stream()
                .map(line -> line.substring(0, line.indexOf(REASON)))
                .toList();
    }
}
