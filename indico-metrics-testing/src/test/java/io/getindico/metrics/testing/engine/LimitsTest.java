package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Scrape;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The wait limit ends a scrape and no query; the query budget ends a query. */
class LimitsTest extends EngineTest {
    private static final Duration WAIT_LIMIT = Duration.ofMillis(300);
    /** Enough for one query on a busy machine, and no more to wait for than needed. */
    private static final Duration BUDGET = Duration.ofSeconds(1);

    private static final String ENDLESS = "SELECT pg_sleep(60)";

    @Test
    void atTheWaitLimitOldValuesAreServedAndTheQueryGoesOn() {
        AtomicBoolean slow = new AtomicBoolean();
        AtomicInteger runs = new AtomicInteger();
        TestCollector collector = TestCollector.gauge("slow", context -> {
                    context.dsl().fetch(slow.get() ? "SELECT pg_sleep(3)" : "SELECT pg_sleep(0)");
                    return runs.incrementAndGet();
                })
                .onlyForReal();
        IndicoMetrics metrics = open(engine(collector).queryBudget(STANDARD, LONG));
        scrape(metrics);
        slow.set(true);
        clock.advance(Duration.ofSeconds(285));
        Scrape scrape = metrics.scrape(name -> true, WAIT_LIMIT);
        Await.until("the query goes on", () -> sessions().running("pg_sleep(3)") == 1);
        assertThat(scrape.refreshed()).isFalse();
        Exposition old = Exposition.of(scrape.metrics());
        assertThat(old.value("test_slow")).isEqualTo(1);
        assertThat(old.success("slow")).isEqualTo(1);
        slow.set(false);
        Await.until(
                "its values arrive",
                () -> Double.valueOf(2).equals(glance(metrics).value("test_slow")));
        assertThat(glance(metrics).failures("slow", "timeout")).isZero();
    }

    @Test
    void atTheQueryBudgetTheStatementIsCancelledOnTheServer() {
        assertThatItIsCancelled(TestCollector.sql("slow", ENDLESS));
    }

    @Test
    void theBudgetIsTheTransactionsAndNotTheStatements() {
        assertThatItIsCancelled(TestCollector.gauge("slow", context -> {
                    for (int i = 0; i < 100; i++) {
                        context.dsl().fetch("SELECT pg_sleep(0.1)");
                    }
                    return 1;
                })
                .onlyForReal()
                .maxStatements(100));
    }

    @Test
    void theClientKeepsToTheBudgetWhereTheServerDoesNot() {
        assertThatItIsCancelled(TestCollector.gauge("slow", context -> {
                    context.dsl().execute("SET LOCAL statement_timeout = 0");
                    context.dsl().fetch(ENDLESS);
                    return 1;
                })
                .onlyForReal()
                .maxStatements(2));
    }

    private void assertThatItIsCancelled(TestCollector slow) {
        TestCollector quick = TestCollector.sql("quick", "SELECT 1");
        warmUp();
        IndicoMetrics metrics = open(engine(quick, slow).queryBudget(STANDARD, BUDGET));
        long before = System.nanoTime();
        Exposition scrape = scrape(metrics);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(BUDGET, Duration.ofSeconds(10));
        assertThat(scrape.failures("slow", "timeout")).isEqualTo(1);
        assertThat(scrape.success("slow")).isZero();
        assertThat(scrape.value("test_quick")).as("read before").isEqualTo(1);
        assertThat(scrape.isUp()).isTrue();
        Await.until("it is gone from the server", () -> sessions().running("pg_sleep") == 0);
    }
}
