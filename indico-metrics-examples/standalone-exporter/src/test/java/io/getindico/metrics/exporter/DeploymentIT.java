package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of {@code deploy}, from the database role to the Prometheus query: the launcher with the unit's
 * command and environment, behind nginx with TLS, scraped with the token.
 */
@Tag("slow")
final class DeploymentIT {
    private static final String TOKEN = "golden-token-3f1b";
    private static final String PASSWORD = "golden password: 3f1b";
    private static final String ROLE = "indico_metrics_of_a_test";
    private static final String EXPORTER_ALERTS =
            "IndicoExporterDown|IndicoDatabaseUnreachable|IndicoCollector.+|IndicoPrivilegeMissing";
    private static final DeployFile UNIT = new DeployFile("indico-metrics-exporter.service");
    private static final Path SPRING_SERVICE = Path.of("../spring-boot-host/target/spring-boot-host.jar");

    private static final GoldenData DATA =
            GoldenData.of(GoldenData.releases().get(GoldenData.releases().size() - 1));

    /** No row reaches a boundary in the hour after this instant. */
    private static final Instant QUIET = Instant.parse("2026-06-15T10:00:00Z");

    private static final GoldenCase GOLDEN = DATA.cases().stream()
            .filter(golden ->
                    golden.now().equals(QUIET) && golden.zone().getId().equals("UTC"))
            .findFirst()
            .orElseThrow();

    private static IndicoDatabase database;

    @TempDir
    Path folder;

    @BeforeAll
    static void createDatabase() throws IOException {
        database = IndicoDatabase.create(DATA.release());
        DATA.loadInto(database);
        moveToNow();
        database.dsl()
                .execute(new DeployFile("role.sql")
                        .text(Map.of(
                                "'indico_metrics';", "'" + ROLE + "';", "\"indico_metrics\"", "\"" + ROLE + "\"")));
        database.dsl().execute("ALTER ROLE " + ROLE + " PASSWORD '" + PASSWORD + "'");
    }

    @AfterAll
    static void dropDatabase() {
        database.dsl().execute("DROP OWNED BY " + ROLE);
        database.dsl().execute("DROP ROLE " + ROLE);
        database.close();
    }

    /** Shifts everything that depends on the clock, so that the golden instant becomes the present. */
    private static void moveToNow() {
        String shift = " + interval '" + Duration.between(GOLDEN.now(), Instant.now()) + "'";
        for (String table :
                List.of("events.events", "roombooking.reservations", "roombooking.reservation_occurrences")) {
            database.dsl()
                    .execute("UPDATE " + table + " SET start_dt = start_dt" + shift + ", end_dt = end_dt" + shift);
        }
        database.dsl()
                .execute("UPDATE categories.categories SET timezone = '" + GOLDEN.zone() + "' WHERE parent_id IS NULL");
        database.dsl().execute("UPDATE users.identities SET last_login_dt = last_login_dt" + shift);
    }

    @BeforeEach
    void configure() throws IOException {
        String server = PostgresServer.shared().jdbcUrl(database.name()).replaceFirst("^jdbc:postgresql://", "");
        new DeployFile("exporter.yaml")
                .copy(
                        folder,
                        Map.of(
                                "indico_metrics@db.example.org/indico", ROLE + "@" + server,
                                "/etc/indico-metrics-exporter", folder.toString(),
                                "Europe/Zurich", GOLDEN.zone().getId()));
        Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        Files.writeString(folder.resolve("token"), TOKEN + "\n");
    }

    @Test
    void theRoleMayReadAllThatIsNeededAndNothingElse() throws Exception {
        try (Program check = Program.start(List.of(Program.LAUNCHER.toString()), environment(), "check")) {
            assertThat(check.exitCode(60)).as(check.err()).isZero();
            assertThat(check.out()).doesNotContain("WARNING").doesNotContain("skipped");
        }
        assertThat(mayRead("identifier")).isFalse();
        assertThat(mayRead("last_login_dt")).isTrue();
    }

    private static boolean mayRead(String column) {
        return !database.dsl()
                .fetch("select 1 where has_column_privilege('" + ROLE + "', 'users.identities', '" + column
                        + "', 'select')")
                .isEmpty();
    }

    @Test
    void prometheusGetsTheGoldenValuesThroughTheProxy() throws Exception {
        Tools.require("nginx");
        Tools.require("prometheus");
        Map<String, String> environment = environment();
        // A right that is taken away is missed at the next reading.
        environment.put("INDICO_METRICS_TTL_LIVE", "2s");
        try (Program exporter = Program.start(command(), environment);
                Proxy proxy = Proxy.start(folder, exporter.uri());
                PrometheusServer prometheus = PrometheusServer.start(scrape(proxy))) {
            assertGolden(prometheus);
            Waiting.until(
                    "a stranger is refused and counted",
                    () -> prometheus
                                    .query(
                                            "up{job='stranger'} == 0 and on () indico_exporter_rejected_requests_total > 0")
                                    .size()
                            == 1);

            int collectors = prometheus.query("indico_collector_ttl_seconds").size();
            Waiting.until(
                    "the rules are evaluated",
                    () -> prometheus.query("indico:settled").size() == 1);
            assertThat(prometheus.query("ALERTS{alertname=~'" + EXPORTER_ALERTS + "'}"))
                    .isEmpty();
            // The opposite holds, so the series are there.
            assertThat(prometheus.query("indico:collector_age:ratio < 3")).hasSize(collectors);
            assertThat(prometheus.query("indico_collector_success == 1")).hasSize(collectors);
            database.dsl().execute("REVOKE USAGE ON SCHEMA roombooking FROM " + ROLE);
            try {
                Waiting.until(
                        "a right is missed",
                        () -> !prometheus
                                .query("ALERTS{alertname='IndicoPrivilegeMissing'}")
                                .isEmpty());
            } finally {
                database.dsl().execute("GRANT USAGE ON SCHEMA roombooking TO " + ROLE);
            }
        }
    }

    /** Otherwise the driver would take the primary for a standby and choose the other host of the URL. */
    @Test
    void theRoleMayCheckThatTheServerIsAPrimary() throws Exception {
        Map<String, String> environment = new HashMap<>(environment());
        environment.put(
                "INDICO_METRICS_DATABASE_URL",
                PostgresServer.shared().jdbcUrl(database.name()) + "?targetServerType=primary");
        environment.put("INDICO_METRICS_DATABASE_USER", ROLE);
        try (Program check = Program.start(List.of(Program.LAUNCHER.toString()), environment, "check")) {
            assertThat(check.exitCode(60)).as(check.err()).isZero();
        }
    }

    /** The golden values appear next to the service's own metrics, in the zone of the root category. */
    @Test
    void prometheusGetsTheGoldenValuesFromASpringService() throws Exception {
        Tools.require("prometheus");
        int port = PrometheusServer.freePort();
        Map<String, String> environment = Map.of(
                "SERVER_PORT",
                String.valueOf(port),
                "INDICO_METRICS_URL",
                PostgresServer.shared().jdbcUrl(database.name()),
                "INDICO_METRICS_USERNAME",
                ROLE,
                "INDICO_METRICS_PASSWORD",
                PASSWORD);
        Path configuration = Files.writeString(folder.resolve("prometheus.yml"), """
                global: { scrape_interval: 2s, scrape_timeout: 2s }
                scrape_configs:
                  - job_name: indico
                    metrics_path: /actuator/prometheus
                    static_configs: [ { targets: [ "127.0.0.1:%d" ] } ]
                """.formatted(port));
        try (Program service = Program.start(Program.jar(Tools.require(SPRING_SERVICE)), environment);
                PrometheusServer prometheus = PrometheusServer.start(configuration)) {
            assertGolden(prometheus);
            assertThat(prometheus.query("jvm_threads_live_threads")).hasSize(1);
            assertThat(service.out() + service.err())
                    .contains("Started HostApplication")
                    .doesNotContain(PASSWORD);
        }
    }

    private static void assertGolden(PrometheusServer prometheus) throws Exception {
        Waiting.until(
                "all gauges are in Prometheus",
                () -> gauges(prometheus).size() == GOLDEN.values().size());
        assertThat(gauges(prometheus)).isEqualTo(GOLDEN.values());
        assertThat(prometheus.query("up{job='indico'}")).containsValue(1.0);
        assertThat(prometheus.query("indico_up")).containsValue(1.0);
    }

    private static SortedMap<String, Double> gauges(PrometheusServer prometheus) throws Exception {
        return prometheus.query("{__name__=~'indico_(num|size)_.+'}");
    }

    /** The unit's command, with the launcher from the build. */
    private static List<String> command() throws IOException {
        return new Unit(UNIT.text(Map.of(
                        "/opt/indico-metrics-exporter/bin/indico-metrics-exporter", Program.LAUNCHER.toString())))
                .command();
    }

    /** The unit's environment, with a free port. */
    private Map<String, String> environment() throws IOException {
        Map<String, String> environment = new HashMap<>(
                new Unit(UNIT.text(Map.of("/etc/indico-metrics-exporter", folder.toString(), "%C", folder.toString())))
                        .environment());
        environment.put("INDICO_METRICS_LISTEN", "127.0.0.1:0");
        return environment;
    }

    /** Scrapes every second instead of every minute, and adds a client that lacks the token. */
    private Path scrape(Proxy proxy) throws IOException {
        Files.writeString(folder.resolve("indico-token"), TOKEN);
        String text = new DeployFile("prometheus.yml")
                .text(Map.of(
                        "scrape_interval: 60s",
                        "scrape_interval: 1s\n  evaluation_interval: 1s",
                        "scrape_timeout: 10s",
                        "scrape_timeout: 1s",
                        "/etc/prometheus/rules/indico.yml",
                        new DeployFile("rules/indico.yml").path().toRealPath().toString(),
                        "/etc/prometheus/indico-token",
                        folder.resolve("indico-token").toString(),
                        "/etc/prometheus/indico-ca.pem",
                        Proxy.authority(folder).toString(),
                        "metrics.example.org:443",
                        "localhost:" + proxy.port()));
        String job = text.substring(text.indexOf("  - job_name"));
        String stranger = job.replace("job_name: indico", "job_name: stranger")
                .replaceFirst("credentials_file: .*", "credentials: not-the-token");
        return Files.writeString(folder.resolve("prometheus.yml"), text + stranger);
    }

    @Test
    void systemdUnderstandsTheUnitAndFindsItHardened() throws Exception {
        String systemd = Tools.require("systemd-analyze").toString();
        String unit = UNIT.copy(
                        folder,
                        Map.of("/opt/indico-metrics-exporter/bin/indico-metrics-exporter", Program.LAUNCHER.toString()))
                .toString();
        for (List<String> command : List.of(
                List.of(systemd, "verify", unit),
                List.of(systemd, "security", "--offline=true", "--threshold=20", unit))) {
            try (Program analysis = Program.start(command, Map.of())) {
                assertThat(analysis.exitCode(60))
                        .as("%s%n%s%s", command, analysis.out(), analysis.err())
                        .isZero();
                assertThat(analysis.err()).isEmpty();
            }
        }
    }
}
