package io.getindico.metrics.exporter;

import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.testing.IndicoRows;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own parsers, applied to the exporter's answers in each format. */
final class PrometheusTest {
    private static final Map<String, String> ACCEPT = Map.of(
            "text", "text/plain;version=0.0.4",
            "openmetrics", "application/openmetrics-text;version=1.0.0",
            "protobuf", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited");

    /** What each collector gave in each golden case, as another module's tests keep it. */
    private static final Path EXPOSITIONS =
            Path.of("../../indico-metrics-collectors/src/test/resources/io/getindico/metrics/collectors/expositions");

    private static final List<MetricCollector> COLLECTORS = ServiceLoader.load(MetricCollector.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();

    private static TestDatabase database;
    private static Exporter exporter;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        database = new TestDatabase();
        hostileLocations();
        exporter = Exporter.start(database.settings("collector-metrics", "all", "extra-families", "*"));
        Waiting.until("all is read", () -> {
            String body = Answer.get(exporter.uri()).body();
            return COLLECTORS.stream()
                            .allMatch(collector ->
                                    body.contains("indico_collector_success{collector=\"" + collector.name() + "\"} 1"))
                    && body.contains("indico_zone_info{");
        });
    }

    /** Names that must be escaped or look like something else, one of each plane of Unicode, and the longest ones. */
    private static void hostileLocations() {
        List<String> names =
                new ArrayList<>(List.of("", " ", "other", "unknown", "\"", "'", "\\", "\\n", "\n", "\r\n"));
        names.addAll(List.of("{}=,#", "# EOF", "NaN", "\u001b[31m", "\u007f", "\u0085", "\u202e", "\ufeff"));
        names.addAll(List.of("x".repeat(65_535) + "a", "x".repeat(65_535) + "b", "\"".repeat(65_536)));
        for (int plane = 0; plane <= 16; plane++) {
            names.add(Character.toString((plane << 16) + 0xFFFD));
        }
        IndicoRows rows = IndicoRows.into(database.indico().dsl());
        for (String name : names) {
            int location = rows.row(LOCATIONS).with(LOCATIONS.NAME, name).insert();
            rows.row(ROOMS).with(ROOMS.LOCATION_ID, location).insert();
        }
    }

    @AfterAll
    static void stop() {
        exporter.close();
        database.close();
    }

    @Test
    void promtoolReportsNoProblems() throws Exception {
        assertNoProblems(Answer.get(exporter.uri()).body());
    }

    /** The exporter's database has no rows of many families. */
    @Test
    void promtoolReportsNoProblemsInAnyFamily() throws Exception {
        Set<String> checked =
                new TreeSet<>(familiesWithSamples(Answer.get(exporter.uri()).body()));
        for (MetricCollector collector : COLLECTORS) {
            Path file = EXPOSITIONS.resolve(collector.name() + ".txt");
            // The values of this collector differ from one machine to the next, so it has no file.
            if (!collector.name().equals("database")) {
                for (String exposition : Files.readString(file).split("\n\n", -1)) {
                    assertNoProblems(exposition.strip() + "\n");
                    checked.addAll(familiesWithSamples(exposition));
                }
            }
        }

        assertThat(COLLECTORS)
                .flatExtracting(MetricCollector::families)
                .extracting(MetricFamily::name)
                .filteredOn(name -> !checked.contains(name))
                .as("not checked; only a standby has it")
                .containsExactly("indico_database_replay_timestamp_seconds");
    }

    private void assertNoProblems(String exposition) throws Exception {
        Path file = Files.writeString(folder.resolve("metrics"), exposition);
        assertThat(Promtool.run(folder, file, "check", "metrics")).isEmpty();
    }

    private static Set<String> familiesWithSamples(String exposition) {
        return series(exposition).keySet().stream()
                .map(series -> series.replaceFirst("(?s)\\{.*", ""))
                .collect(toSet());
    }

    /** Prometheus chooses the parser by the content type alone. */
    @Test
    void aRecordingGivesTheSameSeriesInEveryForm() throws Exception {
        Tools.require("prometheus");
        HttpServer recordings = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Map<String, Answer> answers = new TreeMap<>();
        ACCEPT.forEach((form, accept) -> answers.put(form, record(accept)));
        answers.forEach((form, answer) -> replay(recordings, "/" + form, answer));
        recordings.start();
        try (PrometheusServer prometheus =
                PrometheusServer.start(configuration(recordings.getAddress().getPort()))) {
            SortedMap<String, Double> expected =
                    series(Objects.requireNonNull(answers.get("text")).body());
            assertThat(expected)
                    .hasSizeGreaterThan(100)
                    .containsEntry("indico_num_categories", 1.0)
                    .containsEntry("indico_rooms{location=\"\\\\n\"}", 1.0);
            for (String form : ACCEPT.keySet()) {
                Waiting.until(
                        form + " is read",
                        () -> !prometheus.query("up{job=\"" + form + "\"}").isEmpty());
                assertThat(prometheus.query("{__name__=~\"indico_.+\", job=\"" + form + "\"}"))
                        .as(form)
                        .isEqualTo(expected);
                assertThat(prometheus.query("up{job=\"" + form + "\"}")).containsValue(1.0);
            }
        } finally {
            recordings.stop(0);
        }
    }

    private static Answer record(String accept) {
        try {
            Answer answer = Answer.get(exporter.uri(), "Accept: " + accept);
            assertThat(answer.header("content-type")).startsWith(accept.substring(0, accept.indexOf(';')));
            return answer;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void replay(HttpServer recordings, String path, Answer answer) {
        byte[] body = answer.rawBody().getBytes(ISO_8859_1);
        recordings.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", answer.header("content-type"));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private Path configuration(int port) throws IOException {
        StringBuilder text =
                new StringBuilder("global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n");
        for (String form : ACCEPT.keySet()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  - { job_name: %s, metrics_path: /%s, static_configs: [ { targets: [ '127.0.0.1:%d' ] } ] }%n",
                    form,
                    form,
                    port));
        }
        return Files.writeString(folder.resolve("prometheus.yml"), text);
    }

    /** The series of a text exposition, with labels in order. */
    private static SortedMap<String, Double> series(String text) {
        SortedMap<String, Double> series = new TreeMap<>();
        // A carriage return in a label value does not end the line.
        Arrays.stream(text.split("\n")).filter(line -> !line.startsWith("#")).forEach(line -> {
            int blank = line.lastIndexOf(' ');
            series.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)));
        });
        return series;
    }
}
