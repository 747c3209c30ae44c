package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static io.getindico.metrics.api.RefreshClass.LIVE;
import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Duration;
import java.util.Collection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that accepts connections but never answers. A dead network looks like this without timeouts. */
class HangingConnectionTest extends EngineTest {
    private final Gate gate = new Gate(database().dataSource());

    @AfterEach
    void openTheGate() {
        gate.open();
    }

    @Test
    void scrapesContinueDuringAHangAndNoticeItsEnd() {
        Duration budget = Duration.ofMillis(500);
        IndicoMetrics metrics = open(engine(
                        gate,
                        TestCollector.sql("live", "SELECT 1").in(LIVE),
                        TestCollector.sql("standard", "SELECT 2").in(STANDARD),
                        TestCollector.sql("heavy", "SELECT 3").in(HEAVY))
                .queryBudget(LIVE, budget)
                .queryBudget(STANDARD, budget)
                .queryBudget(HEAVY, budget));
        Await.until("all are read", () -> {
            Exposition scrape = scrape(metrics);
            if (scrape.family("indico_collector_success").containsValue(0.0)) {
                // On a busy machine the budget may be too short, so try again.
                clock.advance(Duration.ofMinutes(30));
            }
            return allSucceeded(scrape);
        });
        gate.shut();
        clock.advance(Duration.ofMinutes(30));
        glance(metrics);
        Await.until("all have failed", () -> {
            Exposition scrape = glance(metrics);
            return scrape.family("indico_collector_success").values().stream().allMatch(value -> value == 0);
        });
        Exposition away = glance(metrics);
        assertThat(away.isUp()).isFalse();
        assertThat(away.databaseErrors()).isEqualTo("unreachable");
        assertThat(away.value("test_standard"))
                .as("older than 2 TTL and a budget")
                .isNull();
        assertThat(away.value("test_heavy")).as("not as old").isEqualTo(3);
        gate.open();
        Await.until("all are read again", () -> {
            clock.advance(Duration.ofSeconds(15));
            Exposition scrape = glance(metrics);
            return scrape.isUp() && allSucceeded(scrape);
        });
        assertThat(glance(metrics).databaseErrors()).isEmpty();
    }

    private static boolean allSucceeded(Exposition scrape) {
        Collection<Double> successes = scrape.family("indico_collector_success").values();
        return successes.size() == 3 && successes.stream().allMatch(value -> value == 1);
    }
}
