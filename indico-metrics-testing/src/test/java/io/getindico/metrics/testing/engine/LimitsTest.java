package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Scrape;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/** The wait limit ends a scrape and no query; the query budget ends a query. */
class LimitsTest extends EngineTest {
    private static final Duration WAIT_LIMIT = Duration.ofMillis(300);
    /** Enough for one query on a busy machine, but short, so that the test does not wait longer than needed. */
    private static final Duration BUDGET = Duration.ofSeconds(1);

    private static final String ENDLESS = "SELECT pg_sleep(60)";

    @Test
    void atTheWaitLimitOldValuesAreServedAndTheQueryGoesOn() {
        AtomicReference<String> statement = new AtomicReference<>("SELECT 1");
        TestCollector collector = TestCollector.sql("slow", statement::get);
        IndicoMetrics metrics = open(engine(collector).queryBudget(STANDARD, LONG));
        scrape(metrics);
        statement.set("SELECT 2 FROM pg_sleep(3)");
        clock.advance(Duration.ofSeconds(285));
        Scrape scrape = metrics.scrape(name -> true, WAIT_LIMIT);
        Await.until("the query goes on", () -> sessions().running("pg_sleep(3)") == 1);
        assertThat(scrape.refreshed()).isFalse();
        Exposition old = Exposition.of(scrape.metrics());
        assertThat(old.value("test_slow")).isEqualTo(1);
        assertThat(old.success("slow")).isEqualTo(1);
        Await.until(
                "its values arrive",
                () -> Double.valueOf(2).equals(glance(metrics).value("test_slow")));
        assertThat(glance(metrics).failures("slow")).isZero();
    }

    @Test
    void atTheQueryBudgetTheStatementIsCancelledOnTheServer() {
        Exposition scrape = assertThatItIsCancelled(TestCollector.sql("slow", ENDLESS));
        assertThat(scrape.failures("slow")).isEqualTo(1);
    }

    @Test
    void theBudgetAppliesToTheWholeTransaction() {
        MetricFamily family = TestCollector.family("slow");
        int queries = 100;
        Exposition scrape = assertThatItIsCancelled(TestCollector.of(
                "slow",
                family,
                context -> Stream.generate(() -> TestCollector.count(family, DSL.table("pg_sleep(0.1)")))
                        .limit(queries)
                        .toList()));
        assertThat(scrape.failures("slow", "timeout"))
                .as("those that were not read in time")
                .isBetween(queries / 2.0, queries - 1.0);
    }

    @Test
    void theClientEnforcesTheBudgetIfTheServerDoesNot() {
        MetricFamily setting = TestCollector.family("setting");
        MetricFamily endless = TestCollector.family("slow");
        Exposition scrape = assertThatItIsCancelled(TestCollector.of(
                "slow",
                List.of(setting, endless),
                context -> List.of(
                        TestCollector.sql(setting, "SELECT length(set_config('statement_timeout', '0', true))"),
                        TestCollector.sql(endless, ENDLESS))));
        assertThat(scrape.value("test_setting")).as("it was set").isEqualTo(1);
    }

    private Exposition assertThatItIsCancelled(TestCollector slow) {
        TestCollector quick = TestCollector.sql("quick", "SELECT 1");
        warmUp();
        IndicoMetrics metrics = open(engine(quick, slow).queryBudget(STANDARD, BUDGET));
        long before = System.nanoTime();
        Exposition scrape = scrape(metrics);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(BUDGET, Duration.ofSeconds(10));
        assertThat(scrape.isFailing("slow", "timeout")).isTrue();
        assertThat(scrape.success("slow")).isZero();
        assertThat(scrape.value("test_slow")).isNull();
        assertThat(scrape.value("test_quick")).as("read before").isEqualTo(1);
        assertThat(scrape.isUp()).isTrue();
        Await.until("it is gone from the server", () -> sessions().running("pg_sleep") == 0);
        return scrape;
    }
}
