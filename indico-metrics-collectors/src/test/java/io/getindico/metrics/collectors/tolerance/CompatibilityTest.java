package io.getindico.metrics.collectors.tolerance;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.api.engine.Status;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.GoldenFile;
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
import org.junit.jupiter.api.Test;

/** Every release's schema gives the golden values, and the page that says so is written from the readings. */
class CompatibilityTest {
    private static final String INTRODUCTION = """
            # What runs on which Indico

            Written from readings. The first table is from the tests of every build; `./mvnw verify -Dgolden.update=true`
            writes it anew. The others are from `conformance/`, which writes them when it is run.

            ## Collectors on each release
            Golden rows of 3.2.9 and 3.3.12, whose values Indico's own plugin computed, in the tables of each Alembic head: made
            from the nearest that real Indico gave by undoing or doing what its migrations did. Each value is the golden one.

            """;

    private final Map<String, Status> byRelease = new HashMap<>();

    @Test
    void everyReleaseIsReadToTheLastUnit() throws IOException {
        read(IndicoRelease.V3_2_9, Migration.BACK_FROM_3_2_9);
        read(IndicoRelease.V3_3_12, Migration.BACK_FROM_3_3_12);
        read(IndicoRelease.V3_3_12, Migration.ON_FROM_3_3_12);
        List<String> releases = knownReleases();
        assertThat(byRelease).containsOnlyKeys(releases);
        String text = INTRODUCTION
                + heading()
                + releases.stream()
                        .map(release -> row(release, Objects.requireNonNull(byRelease.get(release))))
                        .collect(Collectors.joining())
                + row("any, without the plugin livesync", withoutLivesync())
                + measured("Against Indico's own plugin", "releases", """
                        `conformance/run` lets real Indico do what its users do, and fills its tables at random, and compares our
                        gauges with those of its plugin after each step, at several instants and in several zones. What
                        differs is told at the end of this page.
                        """)
                + measured("Indico's own migrations", "heads", """
                        `conformance/heads` takes the golden rows of 3.2.9 back to 3.2.0 and then through the migrations of
                        every release, run by Indico itself. The columns of such a database stand in another order.
                        """)
                + measured("PostgreSQL", "postgres", """
                        `conformance/postgres` runs the golden tests, those of this page and the engine's.
                        """)
                + measured("Where Indico's own plugin is wrong", "zones", """
                        Room booking keeps local times. The plugin compares them in the zone of the PostgreSQL session (ongoing) and
                        of the web server (pending); right are those that the clock shows where Indico is. `conformance/zones` asks
                        the plugin of the newest release.
                        """)
                + measured("Where it is wrong while the clock changes", "clock_changes", """
                        In the random databases of `conformance/run`, all with one zone everywhere, it differs in these values
                        of `indico_num_ongoing_booking_occurrences`: PostgreSQL turns a local time into an instant, and takes one
                        that the clock shows twice for the second, one that it leaves out for a later one. True are the times
                        that the clock shows; each value is held to both ways of counting the rows.
                        """);
        GoldenFile.verify(Path.of("../docs/compatibility.md"), text);
    }

    private void read(IndicoRelease release, List<Migration> migrations) {
        try (GoldenIndico indico = new GoldenIndico(release)) {
            for (Migration migration : migrations) {
                migration.run(indico);
                Status status = indico.assertGolden().reading().status();
                byRelease.put(status.release(), status);
            }
        }
    }

    private static Status withoutLivesync() {
        try (GoldenIndico indico = new GoldenIndico(IndicoRelease.V3_3_12)) {
            indico.sql("DROP SCHEMA plugin_livesync CASCADE", "DROP TABLE public.alembic_version_plugin_livesync");
            return indico.assertGoldenWithout(List.of("livesync")).reading().status();
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

    private String heading() {
        List<CollectorStatus> collectors = byRelease.values().iterator().next().collectors();
        return "| Indico | Alembic head | "
                + collectors.stream().map(CollectorStatus::name).collect(Collectors.joining(" | "))
                + " |\n|---|---|"
                + "---|".repeat(collectors.size())
                + "\n";
    }

    private static String row(String release, Status status) {
        String head = release.startsWith("any") ? "" : "`" + status.revisions().get("alembic_version") + "`";
        return "| " + release + " | " + head + " | "
                + status.collectors().stream().map(CompatibilityTest::outcome).collect(Collectors.joining(" | "))
                + " |\n";
    }

    private static String outcome(CollectorStatus collector) {
        String skipped = "skipped: "
                + collector.skipReasons().stream().map(SkipReason::label).collect(Collectors.joining(", "));
        return switch (collector.outcome()) {
            case SUCCESS -> "works";
            case PARTIAL -> "works in part; " + skipped;
            default -> skipped;
        };
    }

    private static String measured(String title, String name, String introduction) throws IOException {
        // As for golden files: Surefire tells the module's folder.
        Path file = Path.of(System.getProperty("basedir", "")).resolve("../conformance/measured/" + name + ".md");
        return "\n## " + title + "\n" + introduction + "\n"
                + (Files.exists(file) ? Files.readString(file) : "Not run yet.\n");
    }
}
