package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.LIVE;
import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What ended a collector's attempt is said with the setting that decides it. */
class TimeoutMessageTest extends EngineTest {
    private static final String ENDLESS = "SELECT pg_sleep(60)";
    private static final Duration BUDGET = Duration.ofMillis(1500);

    @BeforeEach
    void loadWhatTheTestItselfNeeds() {
        warmUp();
    }

    private String detail(IndicoMetricsBuilder builder) {
        IndicoMetrics metrics = open(builder);
        scrape(metrics);
        return metrics.status().collectors().get(0).detail();
    }

    @Test
    void ofTheClientsCancel() {
        TestCollector endless = TestCollector.gauge("endless", context -> {
                    context.dsl().execute("SET LOCAL statement_timeout = 0");
                    return context.dsl().fetch(ENDLESS).size();
                })
                .in(LIVE)
                .maxStatements(2)
                .onlyForReal();
        assertThat(detail(engine(endless).queryBudget(LIVE, BUDGET)))
                .isEqualTo("the refresh was cancelled after the query budget of 1.5 s (query-budget.live)");
    }

    @Test
    void ofTheServersStatementTimeout() {
        TestCollector endless = TestCollector.gauge("endless", context -> {
                    context.dsl().execute("SET LOCAL statement_timeout = 1");
                    return context.dsl().fetch(ENDLESS).size();
                })
                .maxStatements(2)
                .onlyForReal();
        assertThat(detail(engine(endless).queryBudget(STANDARD, Duration.ofSeconds(9))))
                .isEqualTo("ERROR: canceling statement due to statement timeout;"
                        + " the query budget is 9 s (query-budget.standard)");
    }

    @Test
    void ofTheLockTimeout() throws SQLException {
        TestCollector locked =
                TestCollector.gauge("locked", context -> context.dsl().fetchCount(EVENTS));
        try (Connection connection = database().dataSource().getConnection()) {
            connection.setAutoCommit(false);
            DSL.using(connection).execute("LOCK TABLE events.events IN ACCESS EXCLUSIVE MODE");
            assertThat(detail(engine(locked).lockTimeout(Duration.ofMillis(20))))
                    .isEqualTo("ERROR: canceling statement due to lock timeout;"
                            + " a statement waits for a lock for 0.02 s at most (lock-timeout)");
            connection.rollback();
        }
    }

    @Test
    void ofACollectorThatTakesTooLongByItself() {
        TestCollector busy = TestCollector.gauge("busy", context -> {
                    Await.pause(Duration.ofSeconds(60));
                    return 1;
                })
                .in(LIVE)
                .onlyForReal();
        assertThat(detail(engine(busy).queryBudget(LIVE, Duration.ofMillis(500))))
                .startsWith("the refresh was cancelled after 5.")
                .endsWith(": the collector hangs, or Java gets too little processor time");
    }

    @Test
    void ofADataSourceThatHangs() {
        Gate gate = new Gate(database().dataSource());
        gate.shut();
        try {
            assertThat(detail(engine(gate, TestCollector.sql("one", "SELECT 1"))))
                    .isEqualTo("no connection could be had within 10 s");
        } finally {
            gate.open();
        }
    }
}
