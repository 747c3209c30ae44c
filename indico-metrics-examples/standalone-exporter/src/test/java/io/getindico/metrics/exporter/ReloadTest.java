package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.exporter.database.DatabasePool;
import io.getindico.metrics.exporter.http.MetricsPage;
import io.getindico.metrics.exporter.http.Readiness;
import io.getindico.metrics.exporter.page.ExporterPage;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.testing.PostgresServer;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reload changes everything or nothing, and no scrape lacks a value meanwhile. */
final class ReloadTest {
    private static final String SUCCESSFUL = "indico_exporter_config_last_reload_successful";
    private static final String TIMESTAMP = "indico_exporter_config_last_reload_success_timestamp_seconds";
    private static final String VALUE = "indico_num_users";

    private static final Set<String> HELD = Stream.of(
                    Instance.class,
                    MetricsAssembly.class,
                    DatabasePool.class,
                    IndicoMetrics.class,
                    MetricsPage.class,
                    Readiness.class,
                    ExporterPage.class)
            .map(Class::getName)
            .collect(Collectors.toSet());

    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    @TempDir
    Path folder;

    private final Map<String, String> settings = new ConcurrentSkipListMap<>();

    private Exporter start(String... more) throws Exception {
        settings.putAll(database.settings(more));
        Supplier<Settings> source = () -> Settings.of(new TreeMap<>(settings));
        Exporter exporter = Exporter.start(source.get(), source);
        Waiting.until(
                "there are values", () -> Answer.get(exporter.uri()).body().contains("\n" + VALUE + " "));
        return exporter;
    }

    private static boolean reload(Exporter exporter) throws Exception {
        return exporter.reload().get(30, TimeUnit.SECONDS);
    }

    @Test
    void theStartCountsAsSuccessful() throws Exception {
        try (Exporter exporter = start()) {
            Answer answer = Answer.get(exporter.uri());
            assertThat(answer.value(SUCCESSFUL)).isEqualTo(1);
            assertThat(answer.value(TIMESTAMP))
                    .isBetween(
                            Instant.now().getEpochSecond() - 120.0,
                            Instant.now().getEpochSecond() + 1.0);
        }
    }

    @Test
    void noScrapeLacksAValueUntilTheNewSettingsHaveTheirs() throws Exception {
        try (Exporter exporter = start("zone", "Europe/Zurich")) {
            assertThat(zone(exporter)).isEqualTo("Europe/Zurich");
            // A collector that was never tried has no series of indico_collector_success.
            Waiting.until("everything is read", () -> {
                Answer.get(exporter.uri());
                return !Answer.get(exporter.uri().resolve("/")).body().contains("not read yet");
            });
            long names = names(Answer.get(exporter.uri()));

            settings.put("zone", "Asia/Tokyo");
            assertThat(reload(exporter)).isTrue();

            Waiting.until("the new zone is in force", () -> {
                Answer answer = Answer.get(exporter.uri());
                assertThat(answer.status()).isEqualTo(200);
                assertThat(names(answer)).isEqualTo(names);
                return zone(exporter).equals("Asia/Tokyo");
            });
        }
    }

    private static long names(Answer answer) {
        return answer.body().lines().filter(line -> line.startsWith("# TYPE")).count();
    }

    private static String zone(Exporter exporter) throws Exception {
        return Answer.get(exporter.uri())
                .body()
                .lines()
                .filter(line -> line.startsWith("indico_zone_info{"))
                .map(line -> line.replaceFirst(".*zone=\"([^\"]*)\".*", "$1"))
                .findFirst()
                .orElse("");
    }

    @Test
    void aRefusedReloadKeepsTheOldState() throws Exception {
        Path file = Files.writeString(folder.resolve("exporter.yaml"), "zone: Europe/Zurich\n");
        try (Exporter exporter = start("config", file.toString())) {
            double accepted = Answer.get(exporter.uri()).value(TIMESTAMP);

            for (String wrong : List.of("zone: Europe/Zuerich", "zone: [", "no-setting: 1", "exclude: no_such")) {
                Files.writeString(file, "token: other\nttl.live: 1s\n" + wrong + "\n");
                assertThat(reload(exporter)).as(wrong).isFalse();

                Answer answer = Answer.get(exporter.uri());
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.value(SUCCESSFUL)).isZero();
                assertThat(answer.value(TIMESTAMP)).isEqualTo(accepted);
                assertThat(zone(exporter)).isEqualTo("Europe/Zurich");
            }

            Files.writeString(file, "zone: Europe/Zurich\n");
            assertThat(reload(exporter)).isTrue();
            assertThat(Answer.get(exporter.uri()).value(SUCCESSFUL)).isEqualTo(1);
            assertThat(Answer.get(exporter.uri()).value(TIMESTAMP)).isGreaterThan(accepted);
        }
    }

    @Test
    void aWebConfigWithWhichItWouldNotStartIsRefused() throws Exception {
        Certificates certificates = new Certificates(folder);
        certificates.authority("authority");
        certificates.server("server", "authority", "dns:localhost", "-1H");
        Path certificate = Files.writeString(folder.resolve("server.pem"), certificates.certificate("server"));
        Path key = Files.writeString(folder.resolve("server.key"), certificates.key("server"));
        Path web = folder.resolve("web.yml");
        String right = "tls_server_config: {cert_file: " + certificate + ", key_file: " + key + "}\n";
        Files.writeString(web, right);
        try (Exporter exporter = start("web.config.file", web.toString())) {
            assertThat(reload(exporter)).isTrue();

            Files.writeString(web, right + "no_such_key: 1\n");
            assertRefused(exporter);
            Files.writeString(web, right);
            Files.writeString(key, certificates.key("authority"));
            assertRefused(exporter);

            Files.writeString(key, certificates.key("server"));
            assertThat(reload(exporter)).isTrue();
            assertThat(Answer.get(exporter.uri()).value(SUCCESSFUL)).isEqualTo(1);
        }
    }

    private static void assertRefused(Exporter exporter) throws Exception {
        assertThat(reload(exporter)).isFalse();
        assertThat(Answer.get(exporter.uri()).value(SUCCESSFUL)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"web.config.file", "plugins"})
    void aNewPathIsCheckedEvenIfItNeedsARestart(String setting) throws Exception {
        try (Exporter exporter = start()) {
            settings.put(setting, folder.resolve("missing").toString());
            assertRefused(exporter);
        }
    }

    @Test
    void aSecretThatCannotBeReadIsRefusedEvenIfNoSettingChanged() throws Exception {
        Path password = Files.writeString(
                folder.resolve("password"), PostgresServer.shared().password());
        try (Exporter exporter = start("database.password", "", "database.password-file", password.toString())) {
            Files.delete(password);
            assertThat(reload(exporter)).isFalse();
        }
    }

    @Test
    void aNewTokenIsInForceAtOnce() throws Exception {
        try (Exporter exporter = start()) {
            settings.put("token", "s3cr3t");
            assertThat(reload(exporter)).isTrue();
            assertThat(Answer.get(exporter.uri()).status()).isEqualTo(401);
            assertThat(Answer.get(exporter.uri(), "Authorization: Bearer s3cr3t")
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void theAddressStaysUntilARestart() throws Exception {
        try (Exporter exporter = start()) {
            URI before = exporter.uri();
            settings.put("listen", "127.0.0.1:9");
            assertThat(reload(exporter)).isTrue();
            assertThat(exporter.uri()).isEqualTo(before);
            assertThat(Answer.get(before).status()).isEqualTo(200);
        }
    }

    @Test
    void overHttpOnlyIfEnabledAndWithTheToken() throws Exception {
        try (Exporter exporter = start()) {
            URI uri = exporter.uri().resolve("/-/reload");
            assertThat(Answer.request("POST", uri).status()).isEqualTo(404);

            settings.put("web.enable-lifecycle", "true");
            settings.put("token", "s3cr3t");
            assertThat(reload(exporter)).isTrue();
            assertThat(Answer.request("GET", uri).status()).isEqualTo(405);
            assertThat(Answer.request("GET", uri).header("allow")).isEqualTo("POST, PUT");
            assertThat(Answer.request("POST", uri).status()).isEqualTo(401);
            Answer reloaded = Answer.request("POST", uri, "Authorization: Bearer s3cr3t");
            assertThat(reloaded.status()).isEqualTo(200);
            assertThat(reloaded.body()).isEqualTo("reloaded\n");

            settings.put("zone", "Nowhere/Else");
            Answer refused = Answer.request("POST", uri, "Authorization: Bearer s3cr3t");
            assertThat(refused.status()).isEqualTo(500);
            assertThat(refused.body()).doesNotContain("Nowhere").doesNotContain("zone");
        }
    }

    @Test
    void manyReloadsLeaveNothingBehind() throws Exception {
        try (Exporter exporter = start()) {
            List<String> before = threads();
            SortedMap<String, Integer> heldBefore = held();
            for (int i = 0; i < 30; i++) {
                settings.put("wait-limit", (i % 2 == 0 ? "9" : "8") + "s");
                assertThat(reload(exporter)).isTrue();
                assertThat(Answer.get(exporter.uri()).body()).contains("\n" + VALUE + " ");
                assertThat(sessions()).isLessThanOrEqualTo(6);
            }
            Waiting.until(
                    "only one engine is left",
                    () -> sessions() <= 3 && threads().size() <= before.size() + 2);
            Waiting.until("the memory of the others is free", () -> held().equals(heldBefore));
        }
    }

    /** How many objects of each kind that a retired instance held are reachable. */
    private static SortedMap<String, Integer> held() throws Exception {
        // Collects garbage first.
        Object histogram = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        SortedMap<String, Integer> held = new TreeMap<>();
        Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +([\\w.]+)")
                .matcher(histogram.toString())
                .results()
                .filter(line -> HELD.contains(line.group(2)))
                .forEach(line -> held.put(line.group(2), Integer.parseInt(line.group(1))));
        assertThat(held).containsOnlyKeys(HELD);
        return held;
    }

    private static int sessions() {
        return database.indico()
                .dsl()
                .fetchSingle("select count(*) from pg_stat_activity where application_name = 'indico-metrics'"
                        + " and datname = current_database()")
                .get(0, Integer.class);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.matches("(exporter|indico|pool-).*"))
                .sorted()
                .toList();
    }
}
