package io.getindico.metrics.collectors.tolerance;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Persons.PERSONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.collectors.WideIndico;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.GoldenFile;
import io.getindico.metrics.testing.IndicoDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every release's schema gives the golden values, and the page that says so is written from the readings. */
class CompatibilityTest {
    private static final String INTRODUCTION = """
            # What runs on which Indico

            This page shows what was measured. Every build compares the first table with what its tests read;
            `./mvnw verify -Dgolden.update=true` writes it again. The other tables are written by the commands in
            `conformance/`.

            ## Collectors on each release
            The tests load the golden rows of 3.2.9 and 3.3.12, and undo or repeat what Indico's migrations did to the tables.
            So they reach the schema of each Alembic head. There, the gauges of Indico's own plugin have the values that the
            plugin computed from these rows. The other metrics have the values that reference queries computed from a second
            set of rows. Exceptions are queries that are skipped, with the reason that `indico_collector_skipped` gives.

            | Indico | Alembic head | exceptions |
            |---|---|---|
            """;

    private final Map<String, Reading> byRelease = new HashMap<>();

    @Tag("slow")
    @Test
    void everyReleaseIsReadToTheLastUnit() throws IOException {
        Migration.ROUTES.forEach(this::read);
        List<String> releases = knownReleases();
        assertThat(byRelease).containsOnlyKeys(releases);
        String text = INTRODUCTION
                + releases.stream()
                        .map(release -> row(release, Objects.requireNonNull(byRelease.get(release))))
                        .collect(Collectors.joining())
                + row("any, without the plugin livesync", withoutLivesync())
                + measured("Against Indico's own plugin", "releases", """
                        `conformance/run` does in real Indico what its users do, and also fills its tables at random. After each
                        step it compares our gauges with those of the plugin, at several instants and in several zones. The
                        values that differ are at the end of this page. After the last step it compares what a backfill computes
                        for each earlier step with what a scrape read then, for the metrics whose past is exact.
                        """)
                + measured("Indico's own migrations", "heads", """
                        `conformance/heads` takes the golden rows of 3.2.9 back to 3.2.0. From there, Indico itself runs the
                        migrations of every release. The columns of such a database are in another order.
                        """)
                + measured("PostgreSQL", "postgres", """
                        `conformance/postgres` runs the tests of golden values and of missing tables, and those tests of the engine
                        that depend on the server.
                        """)
                + measured("Where Indico's own plugin is wrong", "zones", """
                        Room booking stores local times. The plugin reads them in the zone of the PostgreSQL session (ongoing) or of
                        the web server (pending). The true value follows the clock where Indico is. `conformance/zones` asks the
                        plugin of the newest release.
                        """)
                + measured("Where it is wrong while the clock changes", "clock_changes", """
                        The random databases of `conformance/run` have one zone everywhere. Even so, the plugin differs in these
                        values of `indico_num_ongoing_booking_occurrences`. PostgreSQL turns a local time into an instant. If the
                        clock shows a time twice, PostgreSQL takes the second; if the clock skips a time, PostgreSQL takes a later
                        one. The true value follows what the clock shows. The run counts the rows in both ways, and compares the
                        plugin and ours with them.
                        """);
        GoldenFile.verify(Path.of("../docs/compatibility.md"), text);
    }

    @Test
    void anExceptionIsNamedByCollectorAndFamily() {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.V3_2_9);
                IndicoMetrics metrics = IndicoMetrics.builder(database.dataSource())
                        .collectors(new Mixed(), new New())
                        .build()) {
            database.prepare();
            database.dsl().execute("DROP TABLE events.persons CASCADE");

            assertThat(exceptions(metrics.readOnce(null)))
                    .isEqualTo("mixed: `test_apart` skipped in part, release; mixed: `test_together` skipped, release; "
                            + "mixed: `test_missing` skipped, table_missing; new: skipped, release");
        }
    }

    private void read(Migration.Route route) {
        try (GoldenIndico indico = new GoldenIndico(route.start());
                WideIndico wide = new WideIndico(route.start())) {
            for (Migration migration : route.migrations()) {
                migration.run(indico.dsl());
                Reading reading = indico.assertGoldenOnAnyRelease().reading();
                byRelease.put(reading.status().release(), reading);
                migration.run(wide.dsl());
                assertThat(wide.differencesAfterMigration())
                        .as(migration.head())
                        .isEmpty();
            }
        }
    }

    private static Reading withoutLivesync() {
        try (GoldenIndico indico = new GoldenIndico(IndicoRelease.V3_3_12)) {
            indico.sql("DROP SCHEMA plugin_livesync CASCADE", "DROP TABLE public.alembic_version_plugin_livesync");
            return indico.assertGoldenWithout(List.of("livesync", "livesync_agents"))
                    .reading();
        }
    }

    /** Oldest first. */
    private static List<String> knownReleases() throws IOException {
        try (InputStream in = Objects.requireNonNull(IndicoMetrics.class.getResourceAsStream("heads.properties"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.substring(line.indexOf('=') + 1))
                    .toList();
        }
    }

    private static String row(String release, Reading reading) {
        String head = release.startsWith("any")
                ? ""
                : "`" + reading.status().revisions().get("alembic_version") + "`";
        return "| " + release + " | " + head + " | " + exceptions(reading) + " |\n";
    }

    private static String exceptions(Reading reading) {
        String exceptions = reading.status().collectors().stream()
                .flatMap(collector -> skipped(collector, reading).map(skipped -> collector.name() + ": " + skipped))
                .collect(Collectors.joining("; "));
        return exceptions.isEmpty() ? "all collectors work" : exceptions;
    }

    /** The whole collector, or each of its families that lacks a query. */
    private static Stream<String> skipped(CollectorStatus collector, Reading reading) {
        if (collector.outcome() == Outcome.SKIPPED) {
            return Stream.of("skipped, " + reasons(collector.queries()));
        }
        return collector.families().stream().flatMap(family -> {
            List<CollectorStatus.Query> skipped = collector.queries().stream()
                    .filter(query -> query.outcome() == Outcome.SKIPPED)
                    .filter(query -> query.families().contains(family))
                    .toList();
            String extent = isAbsent(family, reading) ? "skipped, " : "skipped in part, ";
            return skipped.isEmpty() ? Stream.empty() : Stream.of("`" + family + "` " + extent + reasons(skipped));
        });
    }

    private static boolean isAbsent(MetricFamily family, Reading reading) {
        return reading.metrics().stream()
                .noneMatch(metric -> metric.getMetadata().getPrometheusName().equals(family.name()));
    }

    private static String reasons(List<CollectorStatus.Query> skipped) {
        return skipped.stream()
                .map(query -> Objects.requireNonNull(query.skipReason()).label())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static String measured(String title, String name, String introduction) throws IOException {
        // As for golden files: Surefire sets the module's folder.
        Path file = Path.of(System.getProperty("basedir", "")).resolve("../conformance/measured/" + name + ".md");
        return "\n## " + title + "\n" + introduction + "\n"
                + (Files.exists(file) ? Files.readString(file) : "Not run yet.\n");
    }

    /** A collector with families of several parts: a label distinguishes the parts of some of them. */
    private static final class Mixed implements MetricCollector {
        private static final Label KIND = Label.closed("kind", "event", "room");
        private static final MetricFamily WORKS = family("works").build();
        private static final MetricFamily APART = family("apart").labels(KIND).build();
        private static final MetricFamily TOGETHER = family("together").build();
        private static final MetricFamily MISSING = family("missing").build();

        @Override
        public String name() {
            return "mixed";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(WORKS, APART, TOGETHER, MISSING);
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            return List.of(
                    FamilyQuery.from(EVENTS)
                            .constant(KIND, "event")
                            .value(WORKS, countRows())
                            .value(APART, countRows())
                            .value(TOGETHER, countRows()),
                    FamilyQuery.from(ROOMS)
                            .constant(KIND, "room")
                            .value(APART, countRows())
                            .value(TOGETHER, countRows())
                            .since("3.3.6"),
                    FamilyQuery.from(PERSONS).value(MISSING, countRows()));
        }
    }

    private static final class New implements MetricCollector {
        private static final MetricFamily FAMILY = family("new").build();

        @Override
        public String name() {
            return "new";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(FAMILY);
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            return List.of(FamilyQuery.from(EVENTS).value(FAMILY, countRows()).since("3.3.6"));
        }
    }

    private static MetricFamily.Builder family(String name) {
        return MetricFamily.gauge("test_" + name).help("A test metric.");
    }
}
