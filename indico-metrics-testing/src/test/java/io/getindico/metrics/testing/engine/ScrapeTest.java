package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static io.getindico.metrics.api.RefreshClass.LIVE;
import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.testing.engine.TestCollector.family;
import static io.getindico.metrics.testing.engine.TestCollector.gauge;
import static io.getindico.metrics.testing.engine.TestCollector.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.inline;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Scrape;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a scrape gets, situation by situation. */
class ScrapeTest extends EngineTest {
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final AtomicInteger reading = new AtomicInteger();
    private final TestCollector live = counting("live").in(LIVE);
    private final TestCollector standard = counting("standard").in(STANDARD);

    private TestCollector counting(String name) {
        return gauge(name, context -> reading.incrementAndGet());
    }

    @Test
    void theFirstScrapeWaitsForLiveAndStandardCollectorsOnly() {
        CountDownLatch mayEnd = new CountDownLatch(1);
        TestCollector heavy = gauge("heavy", context -> {
                    mayEnd.await();
                    return 3;
                })
                .in(HEAVY);
        IndicoMetrics metrics = open(live, standard, heavy);
        Exposition first = scrape(metrics);
        assertThat(first.value("test_live")).isNotNull();
        assertThat(first.value("test_standard")).isNotNull();
        assertThat(first.value("test_heavy")).as("absent, not 0").isNull();
        assertThat(first.success("heavy")).as("not tried to the end yet").isNull();
        assertThat(first.isUp()).isTrue();
        mayEnd.countDown();
        Await.until("the heavy one is read", () -> glance(metrics).value("test_heavy") != null);
    }

    @Test
    void opensNoSessionBeforeTheFirstScrape() {
        open(live, standard);
        assertThat(sessions().count()).isZero();
        assertThat(threads()).isEmpty();
    }

    @Test
    void warmingUpShortensTheFirstScrape() {
        IndicoMetrics metrics = open(live, standard);
        metrics.warmUp();
        Await.until("both are read", () -> reading.get() == 2);
        Await.until(
                "both are published",
                () -> glance(metrics).family("indico_collector_success").size() == 2);
        Scrape scrape = metrics.scrape(name -> true, LONG);
        assertThat(scrape.refreshed()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"LIVE", "STANDARD"})
    void servesTheSnapshotWithinTheTtlWithoutAQuery(RefreshClass refreshClass) {
        Duration ttl = Duration.ofSeconds(10);
        TestCollector collector = counting("it").in(refreshClass);
        IndicoMetrics metrics = open(engine(collector).ttl(refreshClass, ttl));
        Exposition first = scrape(metrics);
        clock.advance(ttl.minus(MOMENT));
        assertThat(scrape(metrics).text()).isEqualTo(first.text());
        assertThat(collector.runs()).isEqualTo(1);
        clock.advance(MOMENT);
        assertThat(scrape(metrics).value("test_it")).isEqualTo(2);
    }

    @Test
    void probesTheDatabaseIfTheLastContactIsOld() {
        IndicoMetrics metrics = open(engine(standard).ttl(STANDARD, Duration.ofHours(1)));
        scrape(metrics);
        clock.advance(Duration.ofSeconds(16));
        Await.until("a probe within its limit of 250 ms", () -> scrape(metrics).isUp());
        assertThat(standard.runs()).isEqualTo(1);
    }

    @Test
    void theDatabaseIsUpWhileALongQueryOfOursRuns() {
        IndicoMetrics metrics =
                open(engine(TestCollector.sql("long", "SELECT pg_sleep(60)")).queryBudget(STANDARD, LONG));
        metrics.warmUp();
        Await.until("it is at work", () -> sessions().running("pg_sleep") == 1);
        clock.advance(Duration.ofSeconds(16));
        Await.until(
                "a check of the lock watch counts as a contact",
                () -> glance(metrics).isUp());
    }

    @Test
    void aScrapeWithNamesRefreshesOnlyTheirCollectors() {
        CompletableFuture<IndicoMetrics> engine = new CompletableFuture<>();
        TestCollector failing = gauge("failing", context -> {
            glance(engine.join());
            Await.until(
                    "the heavy one is read in the meantime",
                    () -> glance(engine.join()).value("test_heavy") != null);
            throw new IllegalStateException("fails");
        });
        engine.complete(open(failing, counting("heavy").in(HEAVY)));
        Scrape scrape = engine.join().scrape("test_failing"::equals, LONG);
        assertThat(scrape.refreshed()).isFalse();
    }

    @Test
    void aStaleClassIsRefreshedAloneAndWaitedFor() {
        IndicoMetrics metrics = open(live, standard);
        scrape(metrics);
        clock.advance(Duration.ofSeconds(55));
        Scrape scrape = metrics.scrape(name -> true, LONG);
        assertThat(scrape.refreshed()).isTrue();
        assertThat(live.runs()).isEqualTo(2);
        assertThat(standard.runs()).isEqualTo(1);
    }

    @Test
    void staleHeavyValuesAreServedWhileTheyAreRefreshedFrom80PercentOfTheTtlOn() {
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        TestCollector heavy = gauge("heavy", context -> {
                    if (runs.incrementAndGet() > 1) {
                        mayEnd.await();
                    }
                    return runs.get();
                })
                .in(HEAVY);
        IndicoMetrics metrics = open(engine(heavy).ttl(HEAVY, Duration.ofMinutes(30)));
        Await.until(
                "the first reading",
                () -> Double.valueOf(1).equals(scrape(metrics).value("test_heavy")));
        clock.advance(Duration.ofMinutes(24).minus(MOMENT));
        scrape(metrics);
        assertThat(runs).hasValue(1);
        clock.advance(MOMENT);
        Scrape scrape = metrics.scrape(name -> true, LONG);
        assertThat(scrape.refreshed()).isFalse();
        assertThat(Exposition.of(scrape.metrics()).value("test_heavy")).isEqualTo(1);
        Await.until("the refresh begins", () -> runs.get() == 2);
        assertThat(scrape(metrics).value("test_heavy")).isEqualTo(1);
        mayEnd.countDown();
        Await.until(
                "the refresh ends",
                () -> Double.valueOf(2).equals(glance(metrics).value("test_heavy")));
    }

    @Test
    void onlyCollectorsThatOwnANameAreRefreshed() {
        IndicoMetrics metrics = open(live, standard);
        Exposition scrape = scrape(metrics, "test_live", "indico_metrics_build_info");
        assertThat(scrape.value("test_live")).isEqualTo(1);
        assertThat(scrape.text().lines().filter(line -> line.startsWith("# TYPE")))
                .containsExactly("# TYPE indico_metrics_build_info gauge", "# TYPE test_live gauge");
        assertThat(standard.runs()).isZero();
        assertThat(scrape(metrics, "test_standard").value("test_standard")).isEqualTo(2);
        assertThat(live.runs()).isEqualTo(1);
    }

    @Test
    void sendsOnlyTheQueriesOfTheRequestedNamesInFull() {
        MetricFamily first = family("first");
        MetricFamily beside = family("beside");
        MetricFamily second = family("second");
        TestCollector two = TestCollector.of(
                "two",
                List.of(first, beside, second),
                context -> List.of(
                        FamilyQuery.withoutFrom()
                                .value(first, scalar(inline(1)))
                                .value(beside, scalar(inline(2))),
                        sql(second, "SELECT 3")));
        StatementLog log = new StatementLog(database().dataSource());
        IndicoMetrics metrics = open(engine(log, two));
        Exposition some = scrape(metrics, "test_first", "indico_collector_success");
        assertThat(some.value("test_first")).isEqualTo(1);
        assertThat(some.text()).doesNotContain("test_beside", "test_second");
        assertThat(some.success("two")).isEqualTo(1);
        assertThat(log.containing("SELECT 3")).isEmpty();
        assertThat(two.runs()).isEqualTo(1);
        assertThat(glance(metrics).value("test_beside"))
                .as("read along, since columns are never left out")
                .isEqualTo(2);
        Exposition all = scrape(metrics);
        assertThat(all.value("test_second")).isEqualTo(3);
        assertThat(two.runs()).as("the first query is not due").isEqualTo(2);
    }

    @Test
    void unknownNamesRefreshNothing() {
        IndicoMetrics metrics = open(live, standard);
        assertThat(scrape(metrics, "go_goroutines").text()).isEmpty();
        assertThat(live.runs() + standard.runs()).isZero();
        assertThat(sessions().count()).isZero();
    }
}
