package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.LIVE;
import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The message after a timeout says what ended the attempt, and names the setting. */
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
        return metrics.status().collectors().stream()
                .filter(collector -> collector.outcome() == Outcome.FAILED)
                .map(CollectorStatus::detail)
                .collect(joining());
    }

    /** Sets the server's limit for what is sent after it; by its name it comes first. */
    private static TestCollector timeout(String millis) {
        return TestCollector.sql("a_limit", "SELECT length(set_config('statement_timeout', '" + millis + "', true))");
    }

    @Test
    void namesTheQueryBudgetAfterACancel() {
        TestCollector limit = timeout("0").in(LIVE);
        TestCollector endless = TestCollector.sql("endless", ENDLESS).in(LIVE);
        assertThat(detail(engine(limit, endless).queryBudget(LIVE, BUDGET)))
                .isEqualTo("the refresh was cancelled after the query budget of 1.5 s (query-budget.live)");
    }

    @Test
    void namesTheQueryBudgetAfterAStatementTimeout() {
        TestCollector limit = timeout("1000");
        TestCollector endless = TestCollector.sql("endless", ENDLESS);
        assertThat(detail(engine(limit, endless).queryBudget(STANDARD, Duration.ofSeconds(9))))
                .isEqualTo("ERROR: canceling statement due to statement timeout;"
                        + " the query budget is 9 s (query-budget.standard)");
    }

    @Test
    void namesTheSettingAfterALockTimeout() throws SQLException {
        TestCollector locked = TestCollector.count("locked", EVENTS);
        try (Connection connection = database().dataSource().getConnection()) {
            connection.setAutoCommit(false);
            DSL.using(connection).execute("LOCK TABLE events.events IN ACCESS EXCLUSIVE MODE");
            assertThat(detail(engine(locked).lockTimeout(Duration.ofMillis(20))))
                    .isEqualTo("ERROR: canceling statement due to lock timeout;"
                            + " a statement waits at most 0.02 s for a lock (lock-timeout)");
            connection.rollback();
        }
    }

    @Test
    void blamesTheCollectorWhenNoStatementRuns() {
        TestCollector busy = TestCollector.gauge("busy", context -> {
                    Await.pause(Duration.ofSeconds(60));
                    return 1;
                })
                .in(LIVE);
        assertThat(detail(engine(busy).queryBudget(LIVE, Duration.ofMillis(500))))
                .startsWith("the refresh was cancelled after 5.")
                .endsWith(": the collector hangs, or Java gets too little processor time");
    }

    @Test
    void reportsThatNoConnectionOpened() {
        Gate gate = new Gate(database().dataSource());
        gate.shut();
        try {
            assertThat(detail(engine(gate, TestCollector.sql("one", "SELECT 1"))))
                    .isEqualTo("no connection could be opened within 10 s");
        } finally {
            gate.open();
        }
    }
}
