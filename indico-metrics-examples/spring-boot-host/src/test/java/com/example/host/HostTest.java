package com.example.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.http.HttpResponse;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** The service as shipped, on a freshly prepared Indico database. */
class HostTest {
    private final IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest());

    @BeforeEach
    void prepare() {
        database.prepare();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void theGaugesAreServedWithTheServicesOwnAndItKeepsItsDatabase() throws Exception {
        try (RunningHost host = RunningHost.start(database)) {
            assertThat(host.awaitScrape(
                            "\nindico_up 1.0\n", "\nindico_num_users 1.0\n", "\nindico_num_categories 1.0\n"))
                    .contains("\njvm_threads_live_threads ")
                    .containsPattern("\nhttp_server_requests_seconds_count\\{.+uri=\"/actuator/prometheus\"} \\d+\n");
            // A second DataSource bean would silently replace the service's own.
            assertThat(host.context().getBeansOfType(DataSource.class)).hasSize(1);
            JdbcTemplate own = host.context().getBean(JdbcTemplate.class);
            assertThat(own.queryForObject("SELECT H2VERSION()", String.class)).isNotEmpty();
        }
    }

    @Test
    void theServicesFilterAppliesToThem() throws Exception {
        try (RunningHost host = RunningHost.start(database)) {
            host.awaitScrape("\nindico_num_users 1.0\n");
            String scrape = host.scrape("indico_num_users", "jvm_threads_live_threads");
            assertThat(scrape.lines().filter(line -> !line.startsWith("#")))
                    .hasSize(2)
                    .contains("indico_num_users 1.0")
                    .anyMatch(line -> line.startsWith("jvm_threads_live_threads "));
        }
    }

    @Test
    void closingTheContextLeavesNoThreadAndNoSession() throws Exception {
        try (RunningHost host = RunningHost.start(database)) {
            host.awaitScrape("\nindico_num_users 1.0\n");
            assertThat(threads()).isPositive();
            assertThat(sessions()).isPositive();
        }
        RunningHost.await("no thread of the library is left", () -> threads() == 0);
        RunningHost.await("no session is left", () -> sessions() == 0);
    }

    @Test
    void itStartsAndServesItsOwnMetricsWhileIndicoIsDown() throws Exception {
        try (RunningHost host = RunningHost.start("jdbc:postgresql://127.0.0.1:1/indico", database, RunningHost.LONG)) {
            assertThat(host.awaitScrape("\nindico_up 0.0\n"))
                    .contains("\nindico_database_error{reason=\"unreachable\"} 1.0\n")
                    .contains("\njvm_threads_live_threads ")
                    .doesNotContain("indico_num_");
            assertThat(host.get("/actuator/health")).contains("\"status\":\"UP\"").doesNotContain("indico");
        }
    }

    /** For example, the registry of a container that starts this service repeatedly. */
    @Test
    void closingTheContextUnregistersTheMetrics() throws Exception {
        PrometheusRegistry registry = new PrometheusRegistry();
        try (RunningHost host = RunningHost.start(database, registry)) {
            host.awaitScrape("\nindico_up ");
        }
        assertThat(registry.scrape(name -> name.startsWith("indico_")).size()).isZero();
        try (IndicoMetrics next = IndicoMetrics.builder(database.dataSource())
                .discoverCollectors()
                .build()
                .register(registry)) {
            assertThat(next.families()).isNotEmpty();
        }
    }

    @Test
    void severalIndicosHaveALabelEach() throws Exception {
        String user = database.server().user();
        String password = database.server().password();
        try (RunningHost host = RunningHost.start(
                context -> {},
                "--indico.metrics.url=",
                "--indico.metrics.username=",
                "--indico.metrics.instances.geneva.url=" + database.jdbcUrl(),
                "--indico.metrics.instances.geneva.username=" + user,
                "--indico.metrics.instances.geneva.password=" + password,
                "--indico.metrics.instances.vienna.url=jdbc:postgresql://127.0.0.1:1/indico",
                "--management.health.indico.enabled=true",
                "--management.endpoint.health.show-details=always")) {
            assertThat(host.awaitScrape("\nindico_num_users{instance_name=\"geneva\"} 1.0\n"))
                    .contains("\nindico_up{instance_name=\"geneva\"} 1.0\n", "\nindico_up{instance_name=\"vienna\"} 0.0\n")
                    .doesNotContain("\nindico_num_users{instance_name=\"vienna\"}");
            assertThat(host.response("/actuator/health").statusCode()).isEqualTo(503);
            assertThat(host.response("/actuator/health/indico").body())
                    .contains("\"status\":\"DOWN\"", "\"geneva\":\"", "\"vienna\":\"");
        }
    }

    @Test
    void theHealthOfIndicoIsShownWhereItIsSwitchedOn() throws Exception {
        try (RunningHost host = RunningHost.start(
                context -> {},
                "--indico.metrics.url=" + database.jdbcUrl(),
                "--indico.metrics.username=" + database.server().user(),
                "--indico.metrics.password=" + database.server().password(),
                "--management.health.indico.enabled=true",
                "--management.endpoint.health.show-details=always")) {
            RunningHost.await(
                    "Indico is reported as up",
                    () -> host.get("/actuator/health/indico").contains("\"status\":\"UP\""));
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aWrongPropertyStopsTheStartWithItsNameValueAndRemedy(CapturedOutput output) {
        assertThatThrownBy(() -> RunningHost.start(context -> {}, "--indico.metrics.collectors=rooms,rums"));
        assertThat(output)
                .contains("Property 'indico.metrics.collectors': got 'rooms,rums'.")
                .contains("No collector is named [rums]; there are [")
                .doesNotContain("\tat ");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void anUnknownPropertyStopsTheStartWithItsNameAndRemedy(CapturedOutput output) {
        assertThatThrownBy(() -> RunningHost.start(context -> {}, "--indico.metrics.pasword=secret"));
        assertThat(output)
                .contains("Property 'indico.metrics.pasword' (", "unknown", "Correct the name, or remove the property.")
                .doesNotContain("\tat ", "secret");
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("indico-metrics-"))
                .count();
    }

    private int sessions() {
        return database.dsl()
                .fetchSingle("SELECT count(*)::int FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()")
                .into(int.class);
    }
}
