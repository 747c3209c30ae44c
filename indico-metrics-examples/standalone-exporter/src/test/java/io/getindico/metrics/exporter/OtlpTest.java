package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.getindico.metrics.exporter.OtlpReceiver.Push;
import io.getindico.metrics.exporter.logging.Logs;
import io.getindico.metrics.exporter.settings.Options.LogFormat;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics are pushed by OTLP, too. */
final class OtlpTest {
    private static final String FAILED = "indico_exporter_otlp_failed_pushes_total";

    /** They differ from scrape to scrape. */
    private static final String OF_TIME = "(indico_collector_|indico_query_|indico_database_statistics|go_).*";

    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    @TempDir
    Path folder;

    private final Map<String, String> settings = new ConcurrentSkipListMap<>();
    private final PrintStream stderr = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private OtlpReceiver receiver;

    @BeforeEach
    void openReceiver() throws IOException {
        receiver = new OtlpReceiver();
        System.setErr(new PrintStream(log, true, UTF_8));
        Logs.configure(LogFormat.TEXT, Level.INFO);
    }

    @AfterEach
    void closeReceiver() {
        System.setErr(stderr);
        receiver.close();
    }

    private Exporter start(String... more) {
        settings.putAll(database.settings("otlp.endpoint", receiver.url(), "otlp.interval", "200ms"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        Supplier<Settings> source = () -> Settings.of(new TreeMap<>(settings));
        return Exporter.start(source.get(), source);
    }

    private static boolean reload(Exporter exporter) throws Exception {
        return exporter.reload().get(30, TimeUnit.SECONDS);
    }

    private String log() {
        return log.toString(UTF_8);
    }

    /** The push of the only Indico. */
    private Push push() {
        return receiver.all().values().iterator().next();
    }

    private void awaitSeries(String series) throws Exception {
        Waiting.until(
                series + " is pushed",
                () -> !receiver.all().isEmpty() && push().series().containsKey(series));
    }

    @Test
    void aPushHasTheNamesAndValuesOfAScrape() throws Exception {
        database.execute("ALTER TABLE plugin_livesync.queues RENAME TO away");
        try (Exporter exporter = start("process-metrics", "true")) {
            awaitSeries("indico_num_notes");
            Map<String, Double> scraped = new TreeMap<>();
            Answer.get(exporter.uri())
                    .body()
                    .lines()
                    .filter(line -> line.matches("indico_.*"))
                    .forEach(line -> {
                        int blank = line.lastIndexOf(' ');
                        scraped.put(
                                line.substring(0, blank).replaceFirst(",?}$", "}"),
                                Double.valueOf(line.substring(blank)));
                    });
            Waiting.until(
                    "a push has the same series", () -> push().series().keySet().containsAll(scraped.keySet()));

            Map<String, Double> pushed = new TreeMap<>(push().series());
            Set<String> ofProcess = Set.copyOf(pushed.keySet().stream()
                    .filter(name -> !name.startsWith("indico_"))
                    .toList());
            assertThat(ofProcess).contains("process_resident_memory_bytes", "jvm_memory_used_bytes{area=\"heap\"}");
            pushed.keySet().removeAll(ofProcess);
            assertThat(pushed).containsOnlyKeys(scraped.keySet());
            scraped.keySet().removeIf(name -> name.matches(OF_TIME));
            assertThat(pushed).containsAllEntriesOf(scraped);
            assertThat(pushed.keySet()).noneMatch(name -> name.startsWith("indico_livesync_queue_entries"));
        } finally {
            database.execute("ALTER TABLE plugin_livesync.away RENAME TO queues");
        }
    }

    @Test
    void aMetricHasItsHelpUnitAndType() throws Exception {
        try (Exporter exporter = start()) {
            awaitSeries("indico_num_users");
            assertThat(exporter.uri().getPort()).isPositive();

            var counter = requireNonNull(push().metrics().get("indico_exporter_rejected_requests_total"));
            assertThat(counter.getSum().getIsMonotonic()).isTrue();
            assertThat(counter.getSum().getAggregationTemporality())
                    .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
            assertThat(counter.getDescription()).startsWith("Requests refused");
            assertThat(counter.getSum().getDataPoints(0).getStartTimeUnixNano()).isPositive();
            var gauge = requireNonNull(push().metrics().get("indico_collector_duration_seconds"));
            assertThat(gauge.getUnit()).isEqualTo("s");
            assertThat(gauge.hasGauge()).isTrue();
        }
    }

    @Test
    void theResourceNamesTheServiceAndTheExporter() throws Exception {
        try (Exporter exporter = start("otlp.resource-attributes", "deployment.environment=test, service.name=other")) {
            awaitSeries("indico_up");
            assertThat(push().resource())
                    .containsEntry("service.name", "other")
                    .containsEntry("deployment.environment", "test")
                    .containsEntry("service.version", BuildInfo.get().version());
            assertThat(push().resource().get("service.instance.id"))
                    .endsWith(":" + exporter.uri().getPort());

            settings.remove("otlp.resource-attributes");
            assertThat(reload(exporter)).isTrue();
            Waiting.until("the resource is the default", () -> {
                Map<String, String> resource = push().resource();
                return "indico".equals(resource.get("service.name")) && !resource.containsKey("deployment.environment");
            });
        }
    }

    @Test
    void eachOfSeveralIndicosHasAStream() throws Exception {
        String url = requireNonNull(database.settings().get("database.url"));
        settings.put("instances.geneva.zone", "Europe/Zurich");
        settings.put("instances.vienna.zone", "Europe/Vienna");
        settings.put("instances.away.database.url", "postgresql://nobody@127.0.0.1:9/nothing");
        try (Exporter exporter = start("database.url", url)) {
            Waiting.until("there are four", () -> receiver.all().size() == 4);
            Waiting.until("values are read", () -> series("vienna").containsKey("indico_num_users"));
            assertThat(receiver.all().keySet())
                    .contains("geneva", "vienna", "away")
                    .anyMatch(id -> id.endsWith(":" + exporter.uri().getPort()));
            assertThat(series("vienna").keySet())
                    .anyMatch(name -> name.contains("zone=\"Europe/Vienna\""))
                    .noneMatch(name -> name.startsWith("indico_exporter_"));
            assertThat(series("away")).containsEntry("indico_up", 0.0).doesNotContainKey("indico_num_users");
        }
        settings.put("otlp.resource-attributes", "service.instance.id=x");
        assertThat(catchThrowableOfType(SettingException.class, () -> start("database.url", url))
                        .line())
                .isEqualTo("otlp.resource-attributes: got service.instance.id, which is the name of each of several"
                        + " Indicos; leave it out");
    }

    private Map<String, Double> series(String instance) {
        Push push = receiver.last(instance);
        return push == null ? Map.of() : push.series();
    }

    @Test
    void aPushReadsTheDatabaseOnlyWhenAValueIsNoLongerFresh() throws Exception {
        try (Exporter exporter = start("ttl.live", "1s", "ttl.standard", "1h")) {
            awaitSeries("indico_num_users");
            double live = lastSuccess("ongoing_booking_occurrences");
            double standard = lastSuccess("users");
            Waiting.until(
                    "live values are read again without a scrape",
                    () -> lastSuccess("ongoing_booking_occurrences") > live);
            assertThat(lastSuccess("users")).isEqualTo(standard);
            assertThat(exporter.uri().getPort()).isPositive();
        }
    }

    private double lastSuccess(String collector) {
        return push().series()
                .getOrDefault("indico_collector_last_success_timestamp_seconds{collector=\"" + collector + "\"}", 0.0);
    }

    @Test
    void aReceiverThatIsAwayIsOneLineAndAMetric() throws Exception {
        int port = receiver.port();
        receiver.close();
        try (Exporter exporter = start()) {
            Waiting.until("pushes fail", () -> Answer.get(exporter.uri()).value(FAILED) >= 3);
            assertThat(Answer.get(exporter.uri()).value("indico_up")).isOne();
            assertThat(pushLines())
                    .singleElement()
                    .asString()
                    .endsWith(
                            " WARN OtlpPush - otlp.endpoint: http://127.0.0.1:" + port
                                    + "/v1/metrics does not take the metrics:"
                                    + " cannot connect; check host and port, and that it listens there; trying again every 200ms");

            receiver = new OtlpReceiver(port);
            awaitSeries("indico_num_users");
            Waiting.until("the end is logged", () -> pushLines().size() == 2);
            assertThat(pushLines().get(1)).endsWith("takes the metrics again");
        }
    }

    @Test
    void aPortThatDoesNotSpeakHttpIsNamed() throws Exception {
        try (ServerSocket grpc = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Exporter exporter = start("otlp.endpoint", "http://127.0.0.1:" + grpc.getLocalPort())) {
            Thread server = new Thread(() -> sendSettings(grpc));
            server.start();

            Waiting.until("the failure is logged", () -> pushLines().size() == 1);

            assertThat(pushLines().get(0)).contains(": no answer in HTTP; check that the port takes OTLP by HTTP");
            assertThat(exporter.uri().getPort()).isPositive();
        }
    }

    /** Answers each connection with the first frame of HTTP/2, as a gRPC server does. */
    private static void sendSettings(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            } catch (IOException e) {
                // The client or the test has ended.
            }
        }
    }

    private List<String> pushLines() {
        return log().lines()
                .filter(line -> line.contains("otlp") || line.contains("Otlp"))
                .toList();
    }

    @Test
    void headersComeFromAFileThatIsReadAgain() throws Exception {
        Path headers = Files.writeString(folder.resolve("headers"), "\nAuthorization: Bearer s3cr3t\nX-Tenant: 1\n");
        try (Exporter exporter = start("otlp.headers-file", headers.toString())) {
            awaitSeries("indico_up");
            assertThat(push().token()).isEqualTo("Bearer s3cr3t");
            Files.writeString(headers, "Authorization: Bearer another-s3cr3t");
            Waiting.until("the new one is sent", () -> push().token().equals("Bearer another-s3cr3t"));

            receiver.answer(401);
            Waiting.until("the refusal is logged", () -> pushLines().size() == 1);
            assertThat(pushLines().get(0)).contains("it answered with status 401; check otlp.headers-file");

            receiver.answer(404);
            Waiting.until("the new cause is logged", () -> pushLines().size() == 2);
            assertThat(pushLines().get(1)).contains("it answered with status 404; check the path");

            Files.writeString(headers, "s3cr3t");
            assertThat(reload(exporter)).isFalse();
            assertThat(log())
                    .contains("otlp.headers-file: got \"" + headers + "\", expected a file of headers")
                    .doesNotContain("s3cr3t");
        }
    }

    @Test
    void aReloadTurnsItOnAndOff() throws Exception {
        try (Exporter exporter = start("otlp.endpoint", "")) {
            Waiting.until(
                    "there are values", () -> Answer.get(exporter.uri()).body().contains("indico_num_users "));
            assertThat(receiver.all()).isEmpty();
            assertThat(Answer.get(exporter.uri()).body()).doesNotContain("otlp");
            assertThat(threads()).isZero();

            settings.put("otlp.endpoint", receiver.url() + "/v1/metrics");
            assertThat(reload(exporter)).isTrue();
            awaitSeries("indico_num_users");
            assertThat(Answer.get(exporter.uri()).value(FAILED)).isZero();

            settings.remove("otlp.endpoint");
            assertThat(reload(exporter)).isTrue();
            Waiting.until("its threads have ended", () -> threads() == 0);
            assertThat(Answer.get(exporter.uri()).body()).doesNotContain("otlp");
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("exporter-otlp"))
                .count();
    }
}
