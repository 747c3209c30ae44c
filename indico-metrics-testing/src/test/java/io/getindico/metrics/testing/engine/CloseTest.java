package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static io.getindico.metrics.api.RefreshClass.LIVE;
import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Reading;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CloseTest extends EngineTest {
    private static final String ENDLESS = "SELECT pg_sleep(60)";

    private final CountingDataSource dataSource =
            new CountingDataSource(database().dataSource());

    @Test
    void noThreadAndNoSessionIsLeft() {
        IndicoMetrics metrics = open(engine(
                        dataSource,
                        TestCollector.sql("live", ENDLESS).in(LIVE),
                        TestCollector.sql("standard", ENDLESS).in(STANDARD),
                        TestCollector.sql("heavy", ENDLESS).in(HEAVY))
                .queryBudget(LIVE, LONG)
                .queryBudget(STANDARD, LONG)
                .queryBudget(HEAVY, LONG));
        metrics.warmUp();
        Await.until("two are at work", () -> sessions().running("pg_sleep") == 2);
        close(metrics);
    }

    @Test
    void aRefreshThatWaitsForItsTurnDoesNotBegin() {
        TestCollector waiting = TestCollector.sql("waiting", ENDLESS);
        IndicoMetrics metrics = open(engine(dataSource, TestCollector.sql("running", ENDLESS), waiting)
                .queryBudget(STANDARD, LONG));
        CompletableFuture<Exposition> first = CompletableFuture.supplyAsync(() -> scrape(metrics, "test_running"));
        Await.until("the first is at work", () -> sessions().running("pg_sleep") == 1);
        CompletableFuture<Exposition> second = CompletableFuture.supplyAsync(() -> scrape(metrics, "test_waiting"));
        Await.pause(Duration.ofMillis(100));
        close(metrics);
        first.join();
        second.join();
        assertThat(waiting.runs()).isZero();
    }

    @Test
    void aSingleReadingIsCancelledToo() {
        IndicoMetrics metrics =
                open(engine(dataSource, TestCollector.sql("first", ENDLESS), TestCollector.sql("second", ENDLESS))
                        .queryBudget(HEAVY, LONG));
        CompletableFuture<Reading> reading = CompletableFuture.supplyAsync(() -> metrics.readOnce(null));
        Await.until("the first is at work", () -> sessions().running("pg_sleep") == 1);
        close(metrics);
        assertThat(reading.join().status().collectors())
                .extracting(CollectorStatus::outcome)
                .containsOnly(CollectorStatus.Outcome.FAILED);
    }

    private void close(IndicoMetrics metrics) {
        long start = System.nanoTime();
        metrics.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        assertThat(dataSource.held()).isZero();
        // The last worker may just be leaving.
        Await.until("no thread is left", () -> threads().isEmpty());
    }

    @Test
    void afterwardsAScrapeGivesNothingAndAsksNothing() {
        IndicoMetrics metrics = open(engine(dataSource, TestCollector.sql("one", "SELECT 1")));
        scrape(metrics);
        int asked = dataSource.asked();
        metrics.close();
        clock.advance(Duration.ofHours(1));
        assertThat(scrape(metrics).text()).isEmpty();
        metrics.warmUp();
        metrics.close();
        Await.until("no thread is left", () -> threads().isEmpty());
        assertThat(dataSource.asked()).isEqualTo(asked);
    }
}
