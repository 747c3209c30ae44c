package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static io.getindico.metrics.api.RefreshClass.LIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SingleFlightTest extends EngineTest {
    private static final int SCRAPERS = 20;

    @Test
    void manyScrapersAtOnceShareOneRefreshOnTwoConnections() {
        CountingDataSource dataSource = new CountingDataSource(database().dataSource());
        CountDownLatch allThere = new CountDownLatch(SCRAPERS);
        TestCollector standard = waitingFor(allThere, "standard");
        TestCollector live = waitingFor(allThere, "live").in(LIVE);
        TestCollector heavy = waitingFor(allThere, "heavy").in(HEAVY);
        IndicoMetrics metrics = open(engine(dataSource, live, standard, heavy));
        List<CompletableFuture<Exposition>> scrapes = IntStream.range(0, SCRAPERS)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> {
                            allThere.countDown();
                            return scrape(metrics);
                        },
                        task -> new Thread(task).start()))
                .toList();
        assertThat(scrapes.stream().map(CompletableFuture::join)).allSatisfy(scrape -> {
            assertThat(scrape.value("test_live")).isEqualTo(1);
            assertThat(scrape.value("test_standard")).isEqualTo(1);
        });
        Await.until("the heavy one ends", () -> glance(metrics).value("test_heavy") != null);
        assertThat(Stream.of(live, standard, heavy))
                .extracting(TestCollector::runs)
                .containsOnly(1);
        assertThat(dataSource.mostHeld()).isLessThanOrEqualTo(3);
        assertThat(dataSource.asked())
                .as("one for each class, and probes or looks for locks")
                .isLessThan(SCRAPERS);
    }

    private static TestCollector waitingFor(CountDownLatch latch, String name) {
        return TestCollector.sql(name, "SELECT 1 FROM pg_sleep(0.2)").beforeSending(context -> latch.await());
    }

    @Test
    void aScrapeThatNeedsMoreThanRunsGetsARefreshAfterwards() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        TestCollector slow = TestCollector.gauge("slow", context -> {
            mayEnd.await();
            return 1;
        });
        TestCollector other = TestCollector.gauge("other", context -> 2);
        IndicoMetrics metrics = open(slow, other);
        CompletableFuture<Exposition> first = CompletableFuture.supplyAsync(() -> scrape(metrics, "test_slow"));
        Await.until("the first runs", () -> slow.runs() == 1);
        CompletableFuture<Exposition> second =
                CompletableFuture.supplyAsync(() -> scrape(metrics, "test_slow", "test_other"));
        Await.pause(java.time.Duration.ofMillis(100));
        assertThat(second).isNotDone();
        mayEnd.countDown();
        assertThat(first.get().value("test_slow")).isEqualTo(1);
        assertThat(second.get().value("test_other")).isEqualTo(2);
        assertThat(slow.runs()).as("joined, not repeated").isEqualTo(1);
    }
}
