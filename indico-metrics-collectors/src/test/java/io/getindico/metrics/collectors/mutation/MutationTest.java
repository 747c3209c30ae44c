package io.getindico.metrics.collectors.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.collectors.differential.RandomDatabases;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.ContractRows;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.SyntheticIndico;
import io.getindico.metrics.testing.WideData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Breaks each condition of each query in several ways, and expects that a scrape on some rows then differs from that of
 * the original. The rows are those of the collectors' own tests, golden, random and synthetic ones. A mutant that no
 * scrape shows must be proven equivalent in {@code equivalent.txt}.
 */
@Tag("slow")
class MutationTest {
    /** The collectors, and the class of the library that adds conditions of its own to their queries. */
    private static final List<Path> SOURCES = List.of(
            Path.of("src/main/java/io/getindico/metrics/collectors"),
            Path.of("../indico-metrics-api/src/main/java/io/getindico/metrics/api/IdSet.java"));

    private static final Path EQUIVALENT =
            Path.of("src/test/resources/io/getindico/metrics/collectors/mutation/equivalent.txt");
    private static final String PROOF = " | ";
    /** All mutants take longer than the other slow tests together. */
    private static final int EVERY = Integer.getInteger("mutation.every", 1);
    /** Only the mutants of one class, by its simple name, while its conditions are being written. */
    private static final String ONLY = System.getProperty("mutation.only", "");

    private static final int RANDOM_DATABASES = 60;
    private static final int SYNTHETIC_DATABASES = 3;
    private static final GoldenCase SYNTHETIC = new GoldenCase(
            Instant.parse("2026-06-01T10:00:00Z"),
            ZoneId.of("Europe/Zurich"),
            Duration.ofDays(2),
            Collections.emptySortedMap());

    private static final List<MetricCollector> COLLECTORS = Gauges.collectors();
    /** Those that call shared code. The collector of the database does not, and its size changes between two readings. */
    private static final List<MetricCollector> CALLERS = COLLECTORS.stream()
            .filter(collector -> !collector.name().equals("database"))
            .toList();

    private final List<Living> living = new ArrayList<>();

    /**
     * A mutant that was not noticed yet.
     *
     * @param collectors the collectors that its change can affect
     * @param reading reads them
     */
    private record Living(Mutant mutant, List<String> collectors, BiFunction<DataSource, GoldenCase, String> reading) {
        String type() {
            return mutant.type();
        }

        static Living of(Mutant mutant, MutantClassLoader classes) {
            String subject = mutant.type().substring(0, mutant.type().lastIndexOf('.'));
            List<MetricCollector> ofSubject = COLLECTORS.stream()
                    .filter(collector -> collector.getClass().getPackageName().equals(subject))
                    .toList();
            List<String> names = (ofSubject.isEmpty() ? CALLERS : ofSubject)
                    .stream().map(MetricCollector::name).toList();
            return new Living(mutant, names, classes.reading(names));
        }
    }

    @Test
    void eachChangeOfAConditionIsNoticed() throws IOException, SQLException {
        int compiled = compile();
        readRowsOfTests();
        GoldenData.releases().forEach(release -> readGolden(GoldenData.of(release)));
        WideData.RELEASES.forEach(release -> readGolden(WideData.of(release)));
        readRandom();
        readSynthetic();
        assertThat(compiled)
                .as("mutants; a collector without conditions has none")
                .isGreaterThan(ONLY.isEmpty() ? 600 / EVERY : 0);
        List<String> unnoticed = new ArrayList<>();
        living.forEach(mutant -> unnoticed.add(mutant.mutant().change()));
        if (EVERY == 1 && ONLY.isEmpty()) {
            assertThat(unnoticed).containsExactlyInAnyOrderElementsOf(equivalent());
        } else {
            assertThat(equivalent()).containsAll(unnoticed);
        }
    }

    @Test
    void unchangedSourcesGiveTheSameValues() throws IOException {
        for (Path file : sources()) {
            Mutant same = new Mutant(type(file), Files.readString(file), "nothing");
            living.add(Living.of(same, Objects.requireNonNull(MutantClassLoader.of(same))));
        }
        List<Living> unchanged = List.copyOf(living);
        readGolden(GoldenData.of(GoldenData.releases().get(0)));
        assertThat(unchanged)
                .filteredOn(mutant -> !living.contains(mutant))
                .map(Living::type)
                .isEmpty();
    }

    private static String type(Path file) {
        return file.toString()
                .replaceFirst(".*src/main/java/", "")
                .replace(".java", "")
                .replace('/', '.');
    }

    private int compile() throws IOException {
        for (Path file : sources()) {
            if (!ONLY.isEmpty() && !file.endsWith(ONLY + ".java")) {
                continue;
            }
            for (Mutant mutant : Mutant.of(type(file), Files.readString(file))) {
                MutantClassLoader classes = isChosen(mutant) ? MutantClassLoader.of(mutant) : null;
                if (classes != null) {
                    living.add(Living.of(mutant, classes));
                }
            }
        }
        return living.size();
    }

    /** Chooses by the text of the change, so that a change of other code chooses the same mutants. */
    private static boolean isChosen(Mutant mutant) {
        return Math.floorMod(mutant.change().hashCode(), EVERY) == 0;
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (Path source : SOURCES) {
            try (Stream<Path> files = Files.walk(source)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.endsWith("package-info.java"))
                        .filter(file -> !file.toString().contains("/internal/history/"))
                        .sorted()
                        .forEach(sources::add);
            }
        }
        return sources;
    }

    /** Takes out those mutants of which a scrape shows something else than of the original. */
    private void read(DataSource dataSource, GoldenCase at) {
        Map<List<String>, String> originals = new HashMap<>();
        living.removeIf(mutant -> {
            String original = originals.computeIfAbsent(
                    mutant.collectors(), names -> new MutantReading(names).apply(dataSource, at));
            assertThat(original).as("no failures of the original").startsWith("{}");
            return !mutant.reading().apply(dataSource, at).equals(original);
        });
    }

    private void readRowsOfTests() {
        GoldenCase at = new GoldenCase(
                ExpositionText.NOW, ZoneId.of("Asia/Kathmandu"), Duration.ofDays(2), Collections.emptySortedMap());
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest())) {
            IndicoRows rows = IndicoRows.into(database.dsl());
            for (MetricCollector collector : COLLECTORS) {
                rows.deleteAll();
                database.prepare();
                ContractRows.insert(collector, rows);
                read(database.dataSource(), at);
            }
        }
    }

    private void readGolden(GoldenData data) {
        try (IndicoDatabase database = IndicoDatabase.create(data.release())) {
            data.loadInto(database);
            data.cases().forEach(golden -> read(database.dataSource(), golden));
        }
    }

    private void readRandom() throws SQLException {
        try (RandomDatabases databases = RandomDatabases.create()) {
            for (int seed = 0; seed < RANDOM_DATABASES; seed++) {
                read(databases.dataSource(), databases.write(seed));
            }
        }
    }

    private void readSynthetic() {
        for (int seed = 1; seed <= SYNTHETIC_DATABASES; seed++) {
            try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest())) {
                database.prepare();
                SyntheticIndico.of(0.0001).seed(seed).now(SYNTHETIC.now()).fill(database.dataSource());
                read(database.dataSource(), SYNTHETIC);
            }
        }
    }

    /** A line each: the change, and the proof that it changes no value. */
    private static List<String> equivalent() throws IOException {
        return Files.readAllLines(EQUIVALENT).stream()
                .map(line -> line.substring(0, line.indexOf(PROOF)))
                .toList();
    }
}
