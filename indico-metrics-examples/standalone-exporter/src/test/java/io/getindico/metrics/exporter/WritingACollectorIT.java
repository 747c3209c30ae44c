package io.getindico.metrics.exporter;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Requests.REQUESTS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.jooq.enums.RequestState;
import io.getindico.metrics.testing.IndicoRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds and runs what the page for collector authors shows, and compares it with the project. */
final class WritingACollectorIT {
    private static final Path PAGE = Path.of("../../docs/writing-a-collector.md");
    private static final Path PROJECT = Path.of("../custom-collector");
    private static final String ADDRESS = "127.0.0.1:10742";

    /** A block of code, preceded by a comment that names it. */
    private static final Pattern BLOCK = Pattern.compile("<!-- (\\S+) -->\n```\\w+\n(.*?)```\n", Pattern.DOTALL);

    private static TestDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void createDatabase() {
        database = new TestDatabase();
        IndicoRows rows = IndicoRows.into(database.indico().dsl());
        for (RequestState state : List.of(RequestState.PENDING, RequestState.PENDING, RequestState.ACCEPTED)) {
            rows.row(REQUESTS)
                    .with(REQUESTS.EVENT_ID, rows.row(EVENTS).insert())
                    .with(REQUESTS.TYPE, "webcast")
                    .with(REQUESTS.STATE, state)
                    .insert();
        }
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

    @Test
    void everyFileOnThePageIsTheProjects() throws IOException {
        List<MatchResult> files =
                blocks().stream().filter(block -> block.group(1).contains(".")).toList();
        assertThat(files).hasSize(6);
        for (MatchResult file : files) {
            assertThat(file.group(2)).as(file.group(1)).isEqualTo(Files.readString(PROJECT.resolve(file.group(1))));
        }
    }

    @Test
    void itsCommandsPutTheMetricIntoTheBuiltExporter() throws Exception {
        Path jar = PROJECT.resolve("target/webcasts-1.0.jar");
        assertThat(jar)
                .as("built by: ./mvnw package -pl indico-metrics-examples/custom-collector -am")
                .exists();
        Files.createDirectory(folder.resolve("target"));
        Files.copy(jar, folder.resolve("target/webcasts-1.0.jar"));
        Files.createSymbolicLink(folder.resolve("indico-metrics-exporter.jar"), Program.JAR);
        bash(block("run"));

        String serve = "cd " + folder + " && PATH=$JAVA_HOME/bin:$PATH && exec " + block("serve");
        try (Program exporter = Program.start(List.of("bash", "-c", serve), database.environment())) {
            var uri = exporter.uri();
            // On a busy machine the first scrape may not wait long enough.
            Waiting.until("the metric is read", () -> Answer.get(uri).body().contains("indico_webcast_requests{"));
            String show = block("show");
            assertThat(show).contains(ADDRESS);
            assertThat(bash(show.replace(ADDRESS, uri.getAuthority())))
                    .isEqualTo(Files.readString(PROJECT.resolve("src/test/resources/webcasts.txt")));
            assertThat(exporter.err()).contains("plugin webcasts-1.0.jar: SHA-256 ");
        }
    }

    @Test
    void theLauncherLoadsTheJarAndTheFirstOfTwo() throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Files.copy(PROJECT.resolve("target/webcasts-1.0.jar"), plugins.resolve("a.jar"));
        Files.copy(PROJECT.resolve("target/webcasts-1.0.jar"), plugins.resolve("b.jar"));
        bash("chmod -R go-w plugins");
        Map<String, String> environment = database.environment("plugins", plugins.toString());
        environment.put("INDICO_METRICS_CACHE", "none");
        try (Program once = Program.start(List.of(Program.LAUNCHER.toString()), environment, "once")) {
            assertThat(once.exitCode(60)).as(once.err()).isZero();
            assertThat(once.out()).contains("indico_webcast_requests{state=\"pending\"} 2.0\n");
            assertThat(once.err())
                    .contains("WebcastCollector of plugin b.jar is left out: ")
                    .contains("two collectors are named 'webcasts': org.example.webcasts.WebcastCollector of plugin"
                            + " a.jar and org.example.webcasts.WebcastCollector of plugin b.jar; rename or leave out"
                            + " one");
        }
    }

    private String bash(String commands) throws Exception {
        Process bash = new ProcessBuilder("bash", "-e", "-c", commands)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(bash.getInputStream().readAllBytes(), UTF_8);
        assertThat(bash.waitFor()).as(commands).isZero();
        return out;
    }

    private static String block(String kind) throws IOException {
        List<String> found = blocks().stream()
                .filter(block -> block.group(1).equals(kind))
                .map(block -> block.group(2))
                .toList();
        assertThat(found).as(kind).hasSize(1);
        return found.get(0);
    }

    private static List<MatchResult> blocks() throws IOException {
        return BLOCK.matcher(Files.readString(PAGE)).results().toList();
    }
}
