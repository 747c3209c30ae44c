package io.getindico.metrics.exporter;

import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.commands.ExporterMain;
import io.getindico.metrics.exporter.logging.Logs;
import io.getindico.metrics.exporter.settings.Options.LogFormat;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several Indicos from one exporter. */
final class SeveralIndicosTest {
    private static final String VALUE = "indico_num_users";

    private static TestDatabase geneva;
    private static TestDatabase vienna;

    @TempDir
    Path folder;

    private final Map<String, String> settings = new ConcurrentSkipListMap<>();

    @BeforeAll
    static void createDatabases() {
        geneva = new TestDatabase();
        vienna = new TestDatabase();
    }

    @AfterAll
    static void dropDatabases() {
        geneva.close();
        vienna.close();
    }

    private Exporter start(String... more) throws Exception {
        settings.putAll(geneva.settings(more));
        settings.remove("database.url");
        settings.put("instances.geneva.database.url", url(geneva));
        settings.put("instances.geneva.zone", "Europe/Zurich");
        settings.put("instances.vienna.database.url", url(vienna));
        settings.put("instances.vienna.zone", "Europe/Vienna");
        Supplier<Settings> source = () -> Settings.of(new TreeMap<>(settings));
        Exporter exporter = Exporter.start(source.get(), source);
        for (String name : List.of("geneva", "vienna")) {
            awaitValues(exporter, name);
        }
        return exporter;
    }

    private static void awaitValues(Exporter exporter, String name) throws Exception {
        Waiting.until(
                "there are values of " + name,
                () -> probe(exporter, name).body().contains("\n" + VALUE + " "));
    }

    private static String url(TestDatabase database) {
        return PostgresServer.shared().jdbcUrl(database.indico().name());
    }

    private static Answer probe(Exporter exporter, String name, String... headers) throws IOException {
        return Answer.get(exporter.uri().resolve("/probe?target=" + name), headers);
    }

    private static boolean reload(Exporter exporter) throws Exception {
        return exporter.reload().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aProbeShowsOneIndicoAndTheMetricsAreTheExportersOwn() throws Exception {
        try (Exporter exporter = start()) {
            assertThat(probe(exporter, "geneva").body())
                    .contains("zone=\"Europe/Zurich\"")
                    .doesNotContain("Vienna")
                    .doesNotContain("indico_exporter_rejected_requests");
            assertThat(probe(exporter, "vienna").body()).contains("zone=\"Europe/Vienna\"");
            assertThat(Answer.get(exporter.uri().resolve("/probe?target=vienna&name[]=" + VALUE))
                            .body()
                            .lines())
                    .hasSize(3);

            Answer own = Answer.get(exporter.uri());
            assertThat(own.status()).isEqualTo(200);
            assertThat(own.body().lines().filter(line -> !line.startsWith("#")))
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("indico_exporter_"));
            assertThat(Answer.get(exporter.uri().resolve("/-/ready")).status()).isEqualTo(200);
        }
    }

    @Test
    void onlyANameOfTheFileIsATarget() throws Exception {
        try (Exporter exporter = start()) {
            URI probe = exporter.uri().resolve("/probe");
            for (String missing : List.of("", "?target=", "?target=geneva&target=vienna", "?x=geneva", "?target=%zz")) {
                Answer answer = Answer.get(URI.create(probe + missing.replace("%zz", "%ff%fe&target=x")));
                assertThat(answer.status()).as(missing).isEqualTo(400);
                assertThat(answer.body()).startsWith("target: is missing").doesNotContain("geneva");
            }
            for (String unknown : List.of("bern", "http://127.0.0.1:1/", "GENEVA", "geneva%20", "postgresql://h/d")) {
                Answer answer = Answer.get(URI.create(probe + "?target=" + unknown));
                assertThat(answer.status()).as(unknown).isEqualTo(404);
                assertThat(answer.body()).isEqualTo("target: no instance has this name\n");
            }
            settings.put("token", "s3cr3t");
            assertThat(reload(exporter)).isTrue();
            assertThat(probe(exporter, "geneva").status()).isEqualTo(401);
            assertThat(probe(exporter, "bern").status()).isEqualTo(401);
            assertThat(probe(exporter, "geneva", "Authorization: Bearer s3cr3t").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void withOneIndicoThereIsNothingToProbe() throws Exception {
        try (Exporter exporter = Exporter.start(geneva.settings())) {
            Answer answer = probe(exporter, "geneva");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body()).isEqualTo("the settings name no instances; scrape /metrics\n");
        }
    }

    @Test
    void thePageShowsOneIndicoByName() throws Exception {
        try (Exporter exporter = start()) {
            URI page = exporter.uri().resolve("/");
            assertThat(Answer.get(page).body()).contains("<a href=\"?target=geneva\">geneva</a>");
            assertThat(Answer.get(page.resolve("/?target=vienna")).body()).contains("Europe/Vienna");
            assertThat(Answer.get(page.resolve("/?target=x")).status()).isEqualTo(404);
        }
    }

    @Test
    void aReloadAddsRemovesAndChangesInstances() throws Exception {
        try (Exporter exporter = start()) {
            settings.keySet().removeIf(name -> name.startsWith("instances.vienna"));
            settings.put("instances.bern.database.url", url(vienna));
            settings.put("instances.geneva.zone", "Asia/Tokyo");
            settings.put("instances.bern.exclude", "no_such_collector");
            assertThat(reload(exporter)).isFalse();
            assertThat(probe(exporter, "vienna").status()).isEqualTo(200);
            assertThat(probe(exporter, "bern").status()).isEqualTo(404);

            settings.remove("instances.bern.exclude");
            assertThat(reload(exporter)).isTrue();
            assertThat(probe(exporter, "vienna").status()).isEqualTo(404);
            awaitValues(exporter, "bern");
            Waiting.until("the zone is new", () -> {
                String body = probe(exporter, "geneva").body();
                assertThat(body).contains("\n" + VALUE + " ");
                return body.contains("zone=\"Asia/Tokyo\"");
            });
            Waiting.until("nobody reads as vienna", () -> sessions() <= 6);
        }
    }

    private static int sessions() {
        return geneva.indico()
                .dsl()
                .fetchSingle("select count(*) from pg_stat_activity where application_name = 'indico-metrics'")
                .get(0, Integer.class);
    }

    @Test
    void eachLineOfTheLogAboutOneIndicoNamesIt() throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream stderr = System.err;
        System.setErr(new PrintStream(log, true, UTF_8));
        Logs.configure(LogFormat.TEXT, Level.INFO);
        settings.put("instances.away.database.url", "postgresql://nobody@127.0.0.1:9/nothing");
        try (Exporter exporter = start("ttl.heavy", "1s")) {
            geneva.execute("ALTER TABLE events.notes RENAME TO notes_away");
            Waiting.until("a scrape meets the change", () -> {
                var unused = probe(exporter, "geneva");
                return log.toString(UTF_8).contains("skips ");
            });
            settings.put("instances.vienna.zone", "Asia/Tokyo");
            assertThat(reload(exporter)).isTrue();
            Waiting.until(
                    "the new zone is in force",
                    () -> probe(exporter, "vienna").body().contains("Asia/Tokyo"));
        } finally {
            System.setErr(stderr);
            geneva.execute("ALTER TABLE IF EXISTS events.notes_away RENAME TO notes");
        }

        List<String> lines = log.toString(UTF_8).lines().toList();
        assertThat(lines)
                .anyMatch(line -> line.contains(" INFO DatabaseContact [geneva] - Indico's schema revisions: "))
                .anyMatch(line -> line.contains(" INFO DatabaseContact [vienna] - Indico's schema revisions: "))
                .anyMatch(line -> line.contains(" WARN DatabaseContact [away] - database: "))
                .anyMatch(line -> line.contains(" INFO Succession [vienna] - the new settings are in force"))
                .anyMatch(line -> line.contains(" QueryStates [geneva] - collector 'notes' skips "));
        assertThat(lines).allMatch(line -> line.matches("\\S+ \\w+ (\\w+ \\[\\w+\\]|Exporter) - .*"));
        assertThat(lines.stream().filter(line -> line.contains("notes"))).allMatch(line -> line.contains("[geneva]"));
    }

    @Test
    void oneThatHangsDoesNotDelayTheOthers() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(100);
        try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            settings.put(
                    "instances.hanging.database.url",
                    "jdbc:postgresql://127.0.0.1:" + hanging.getLocalPort() + "/indico");
            settings.put("instances.bern.database.url", url(geneva));
            settings.put("instances.graz.database.url", url(vienna));
            try (Exporter exporter = start("wait-limit", "8s")) {
                awaitValues(exporter, "bern");
                awaitValues(exporter, "graz");
                Duration before = p99OfOthers(exporter);
                List<CompletableFuture<Answer>> waiting = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    waiting.add(CompletableFuture.supplyAsync(() -> probeQuietly(exporter, "hanging"), clients));
                }
                Duration meanwhile = p99OfOthers(exporter);
                assertThat(meanwhile)
                        .as("before the fifth one hangs: %s", before)
                        .isLessThan(before.multipliedBy(2).plusMillis(200));
                for (CompletableFuture<Answer> one : waiting) {
                    assertThat(one.get(20, TimeUnit.SECONDS).status()).isIn(200, 503);
                }
                assertThat(probe(exporter, "hanging").body()).contains("\nindico_up 0");
            }
        } finally {
            clients.shutdownNow();
        }
    }

    /** The 99th percentile of 200 probes, by a client for each of the other four. */
    private static Duration p99OfOthers(Exporter exporter) throws Exception {
        List<String> others = List.of("geneva", "vienna", "bern", "graz");
        ExecutorService clients = Executors.newFixedThreadPool(others.size());
        try {
            List<Callable<List<Duration>>> probes = others.stream()
                    .<Callable<List<Duration>>>map(name -> () -> times(exporter, name))
                    .toList();
            List<Duration> times = new ArrayList<>();
            for (Future<List<Duration>> probe : clients.invokeAll(probes)) {
                times.addAll(probe.get());
            }
            Collections.sort(times);
            return times.get(times.size() * 99 / 100 - 1);
        } finally {
            clients.shutdownNow();
        }
    }

    private static List<Duration> times(Exporter exporter, String name) throws IOException {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            long begin = System.nanoTime();
            assertThat(probe(exporter, name).status()).isEqualTo(200);
            times.add(Duration.ofNanos(System.nanoTime() - begin));
        }
        return times;
    }

    private static Answer probeQuietly(Exporter exporter, String name) {
        try {
            return probe(exporter, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aPrometheusRelabelsTheTargetToTheInstance() throws Exception {
        Tools.require("prometheus");
        try (Exporter exporter = start()) {
            Path configuration =
                    ProbeConfiguration.write(folder, exporter, "global: {scrape_interval: 1s, scrape_timeout: 1s}\n");
            try (PrometheusServer prometheus = PrometheusServer.start(configuration)) {
                for (String name : List.of("geneva", "vienna")) {
                    Waiting.until(
                            name + " is scraped",
                            () -> prometheus
                                    .query("indico_up{job=\"indico\",instance=\"" + name + "\"}")
                                    .containsValue(1.0));
                }
                assertThat(prometheus
                                .query("indico_zone_info{instance=\"vienna\"}")
                                .toString())
                        .contains("Europe/Vienna");
                Waiting.until(
                        "the exporter is scraped",
                        () -> prometheus
                                .query("indico_exporter_config_last_reload_successful{job=\"indico\"}")
                                .containsValue(1.0));
            }
        }
    }

    private String[] config(String genevaUrl) throws IOException {
        Path file = Files.writeString(folder.resolve("exporter.yaml"), """
                database:
                  user: %s
                  password: '%s'
                listen: 127.0.0.1:0
                instances:
                  geneva:
                    database.url: %s
                    zone: Europe/Zurich
                  vienna:
                    database: {url: '%s'}
                    zone: Europe/Vienna
                    families: indico_num_users
                """.formatted(
                        PostgresServer.shared().user(), PostgresServer.shared().password(), genevaUrl, url(vienna)));
        return new String[] {"--config", file.toString()};
    }

    @Test
    void aCommandNamesTheInstance() throws Exception {
        String[] config = config(url(geneva));
        assertThat(run(2, "once", config))
                .isEqualTo("indico-metrics-exporter: --instance: is missing, expected one of geneva, vienna\n");
        assertThat(run(2, "once", config, "--instance", "bern"))
                .isEqualTo("indico-metrics-exporter: --instance: got \"bern\", expected one of geneva, vienna\n");
        assertThat(run(0, "once", config, "--instance", "geneva")).contains("zone=\"Europe/Zurich\"");
        assertThat(run(0, "grants", config, "--instance", "vienna"))
                .contains("users.users")
                .doesNotContain("event_registration");
        assertThat(run(2, "backfill", config, "--out", "-")).contains("--instance: is missing");
        assertThat(run(0, "check", config))
                .contains("instance   geneva", "instance   vienna", "instances[vienna].zone");
        assertThat(run(0, "check", config, "--sql"))
                .containsPattern("(?s)-- instance geneva\n.*\n-- notes: indico_notes, indico_num_notes\nselect .*;\n"
                        + ".*\n-- instance vienna\n\n-- users: indico_num_users\nselect [^;]*;\n\n$");
    }

    @Test
    void backfillReadsTheNamedInstance() throws Exception {
        String[] config = config(url(geneva));
        IndicoRows.into(vienna.indico().dsl())
                .row(USERS)
                .with(USERS.CREATED_DT, Instant.EPOCH)
                .insert();
        String from = "--from=" + Instant.now().minus(Duration.ofDays(2));

        assertThat(run(0, "backfill", config, "--instance", "geneva", "--out", "-", from))
                .contains("\n" + VALUE + " 1 ")
                .doesNotContain("\n" + VALUE + " 2 ");
        assertThat(run(0, "backfill", config, "--instance", "vienna", "--out", "-", from))
                .contains("\n" + VALUE + " 2 ")
                .doesNotContain("\n" + VALUE + " 1 ");
    }

    @Test
    void checkGoesOnAfterAnInstanceThatIsAway() throws Exception {
        assertThat(run(1, "check", config("postgresql://127.0.0.1:9/indico")))
                .containsPattern("(?s)instance   geneva\n.*NOT READ.*instance   vienna\n.*reached\n");
    }

    private static String run(int code, String command, String[] config, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(config));
        arguments.addAll(List.of(more));
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(text, true, UTF_8);
        assertThat(ExporterMain.run(arguments.toArray(String[]::new), Map.of(), both, both))
                .as(text.toString(UTF_8))
                .isEqualTo(code);
        return text.toString(UTF_8);
    }
}
