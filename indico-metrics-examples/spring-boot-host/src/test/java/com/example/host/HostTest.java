package com.example.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
    void theGaugesAreServedWithTheServicesOwn() throws Exception {
        try (RunningHost host = RunningHost.start(database)) {
            host.scrape();
            assertThat(host.scrape())
                    .contains("\nindico_up 1.0\n", "\nindico_num_users 1.0\n", "\nindico_num_categories 1.0\n")
                    .contains("\njvm_threads_live_threads ")
                    .containsPattern("\nhttp_server_requests_seconds_count\\{.+uri=\"/actuator/prometheus\"} 1\n");
        }
    }

    @Test
    void theServicesFilterAppliesToThem() throws Exception {
        try (RunningHost host = RunningHost.start(database)) {
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
            host.scrape();
            assertThat(threads()).isPositive();
            assertThat(sessions()).isPositive();
        }
        RunningHost.await("no thread of the library is left", () -> threads() == 0);
        RunningHost.await("no session is left", () -> sessions() == 0);
    }

    @Test
    void itStartsAndServesItsOwnMetricsWhileIndicoIsDown() throws Exception {
        try (RunningHost host = RunningHost.start("jdbc:postgresql://127.0.0.1:1/indico", database, RunningHost.LONG)) {
            assertThat(host.scrape())
                    .contains("\nindico_up 0.0\n", "\nindico_database_error{reason=\"unreachable\"} 1.0\n")
                    .contains("\njvm_threads_live_threads ")
                    .doesNotContain("indico_num_");
            assertThat(host.get("/actuator/health")).contains("\"status\":\"UP\"");
        }
    }

    /** For example, the registry of a container that starts this service repeatedly. */
    @Test
    void closingTheContextUnregistersTheMetrics() throws Exception {
        PrometheusRegistry registry = new PrometheusRegistry();
        try (RunningHost host = RunningHost.start(database, registry)) {
            assertThat(host.scrape()).contains("\nindico_up ");
        }
        assertThat(registry.scrape(name -> name.startsWith("indico_")).size()).isZero();
        try (IndicoMetrics next = IndicoMetrics.builder(database.dataSource())
                .discoverCollectors()
                .build()
                .register(registry)) {
            assertThat(next.families()).isNotEmpty();
        }
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
