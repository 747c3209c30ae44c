package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.LIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Java is slow, as while it loads classes on a small share of a processor. The database is not. */
class ColdStartTest extends EngineTest {
    private static final Duration BUDGET = Duration.ofSeconds(1);

    /** Longer than the budget, and than the second after it in which a refresh is ended by force. */
    private static final Duration LOADING = Duration.ofMillis(2500);

    @BeforeEach
    void loadWhatTheTestItselfNeeds() {
        warmUp();
    }

    private static TestCollector loading(String name) {
        return TestCollector.gauge(name, context -> {
                    Await.pause(LOADING);
                    return 7;
                })
                .in(LIVE);
    }

    @Test
    void theBudgetDoesNotCountJavasTime() {
        TestCollector next = TestCollector.sql("next", "SELECT 8").in(LIVE);
        IndicoMetrics metrics = open(engine(loading("loading"), next).queryBudget(LIVE, BUDGET));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_loading")).isEqualTo(7);
        assertThat(scrape.value("test_next")).isEqualTo(8);
    }

    @Test
    void theBudgetDoesNotCountTheTimeToConnect() {
        ForwardingDataSource slow = new ForwardingDataSource(database().dataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                Await.pause(LOADING.plus(BUDGET));
                return super.getConnection();
            }
        };
        IndicoMetrics metrics =
                open(engine(slow, TestCollector.sql("one", "SELECT 7").in(LIVE)).queryBudget(LIVE, BUDGET));
        assertThat(scrape(metrics).value("test_one")).isEqualTo(7);
    }
}
