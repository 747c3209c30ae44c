package io.getindico.metrics.collectors.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.collectors.differential.RandomDatabases;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.IndicoDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
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
    /** The collectors, and what they ask of the library that has conditions of its own. */
    private static final List<Path> SOURCES = List.of(
            Path.of("src/main/java/io/getindico/metrics/collectors"),
            Path.of("../indico-metrics-api/src/main/java/io/getindico/metrics/api/IdSet.java"));

    private static final Path UNNOTICED =
            Path.of("src/test/resources/io/getindico/metrics/collectors/mutation/unnoticed.txt");
    private static final String REASON = " | ";
    private static final int RANDOM_DATABASES = 60;

    private final List<Living> living = new ArrayList<>();

    /**
     * A mutant that was not noticed yet.
     *
     * @param gauges those that its change can tell on
     * @param reading reads them
     */
    private record Living(
            Mutant mutant, Set<String> gauges, BiFunction<DataSource, GoldenCase, SortedMap<String, Double>> reading) {
        static Living of(Mutant mutant, MutantClassLoader classes) {
            String subject = mutant.type().substring(0, mutant.type().lastIndexOf('.'));
            List<MetricCollector> all = ServiceLoader.load(MetricCollector.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
            List<MetricCollector> ofSubject = all.stream()
                    .filter(collector -> collector.getClass().getPackageName().equals(subject))
                    .toList();
            List<MetricCollector> affected = ofSubject.isEmpty() ? all : ofSubject;
            Set<String> gauges = affected.stream()
                    .flatMap(collector -> collector.families().stream())
                    .map(MetricFamily::name)
                    .collect(Collectors.toSet());
            return new Living(
                    mutant,
                    gauges,
                    classes.reading(affected.stream().map(MetricCollector::name).toList()));
        }

        boolean isNoticed(DataSource dataSource, GoldenCase golden) {
            SortedMap<String, Double> expected = new TreeMap<>(golden.values());
            expected.keySet().retainAll(gauges);
            return !reading.apply(dataSource, golden).equals(expected);
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

    @Test
    void whatIsNotChangedIsNotNoticed() throws IOException {
        GoldenData data = GoldenData.of(GoldenData.releases().get(0));
        try (IndicoDatabase database = IndicoDatabase.create(data.release())) {
            data.loadInto(database);
            for (Path file : sources()) {
                Mutant same = new Mutant(type(file), Files.readString(file), "nothing");
                Living unchanged = Living.of(same, Objects.requireNonNull(MutantClassLoader.of(same)));
                assertThat(unchanged.isNoticed(
                                database.dataSource(), data.cases().get(0)))
                        .as("%s", file)
                        .isFalse();
            }
        }
    }

    private static String type(Path file) {
        return file.toString()
                .replaceFirst(".*src/main/java/", "")
                .replace(".java", "")
                .replace('/', '.');
    }

    private int compile() throws IOException {
        for (Path file : sources()) {
            for (Mutant mutant : Mutant.of(type(file), Files.readString(file))) {
                MutantClassLoader classes = MutantClassLoader.of(mutant);
                if (classes != null) {
                    living.add(Living.of(mutant, classes));
                }
            }
        }
        return living.size();
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path source : SOURCES) {
            try (Stream<Path> files = Files.walk(source)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.endsWith("package-info.java"))
                        .sorted()
                        .forEach(sources::add);
            }
        }
        return sources;
    }

    private void readGolden() {
        for (var release : GoldenData.releases()) {
            try (IndicoDatabase database = IndicoDatabase.create(release)) {
                GoldenData.of(release).loadInto(database);
                for (GoldenCase golden : GoldenData.of(release).cases()) {
                    living.removeIf(mutant -> mutant.isNoticed(database.dataSource(), golden));
                }
            }
        }
    }

    private void readRandom() throws SQLException {
        try (RandomDatabases databases = RandomDatabases.create()) {
            for (int seed = 0; seed < RANDOM_DATABASES; seed++) {
                GoldenCase specified = databases.write(seed);
                living.removeIf(mutant -> mutant.isNoticed(databases.dataSource(), specified));
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
