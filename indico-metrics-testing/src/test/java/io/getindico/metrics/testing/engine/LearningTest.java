package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.testing.engine.TestCollector.family;
import static io.getindico.metrics.testing.engine.TestCollector.sql;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Scrape;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What queries read is learnt at the first refresh, and not when a host starts. */
class LearningTest extends EngineTest {
    private static final MetricFamily SLOW = family("slow");

    private final CountDownLatch mayLearn = new CountDownLatch(1);
    private final AtomicInteger learnt = new AtomicInteger();
    private final CountingDataSource dataSource =
            new CountingDataSource(database().dataSource());

    /** A collector that returns its queries late, without using a database. */
    private final TestCollector slow = TestCollector.of("slow", SLOW, context -> {
        if (context.now().equals(Instant.EPOCH)) {
            learnt.incrementAndGet();
            mayLearn.await();
        }
        return List.of(sql(SLOW, "SELECT 7"));
    });

    @AfterEach
    void release() {
        mayLearn.countDown();
    }

    @Test
    void buildingAsksForNoQueryAndStartsNothing() {
        IndicoMetrics metrics = open(engine(dataSource, slow));
        assertThat(metrics.families()).contains(SLOW);
        assertThat(metrics.status().collectors().get(0).queries()).isEmpty();
        assertThat(learnt).hasValue(0);
        assertThat(dataSource.asked()).isZero();
        assertThat(threads()).isEmpty();
    }

    @Test
    void theFirstScrapeWaitsForItWithinTheWaitLimit() {
        IndicoMetrics metrics = open(engine(dataSource, slow));
        Scrape first = metrics.scrape(name -> true, Duration.ofMillis(300));
        assertThat(first.refreshed()).isFalse();
        assertThat(Exposition.of(first.metrics()).value("test_slow")).isNull();
        assertThat(learnt).hasValue(1);
        assertThat(dataSource.asked())
                .as("nothing is sent before it is known what")
                .isZero();
        CompletableFuture<Scrape> second = CompletableFuture.supplyAsync(() -> metrics.scrape(name -> true, LONG));
        Await.pause(Duration.ofMillis(100));
        assertThat(second).isNotDone();
        mayLearn.countDown();
        assertThat(second.join().refreshed()).isTrue();
        assertThat(Exposition.of(second.join().metrics()).value("test_slow")).isEqualTo(7);
    }

    @Test
    void scrapesDuringLearningJoinIt() {
        IndicoMetrics metrics = open(engine(dataSource, slow));
        List<CompletableFuture<Exposition>> scrapes = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> scrape(metrics), task -> new Thread(task).start()))
                .limit(10)
                .toList();
        Await.until("it is asked", () -> learnt.get() == 1);
        mayLearn.countDown();
        assertThat(scrapes.stream().map(CompletableFuture::join))
                .allSatisfy(scrape -> assertThat(scrape.value("test_slow")).isEqualTo(7));
        assertThat(learnt).hasValue(1);
        assertThat(slow.runs()).isEqualTo(1);
        clock.advance(FaultTest.TTL);
        scrape(metrics);
        assertThat(learnt).hasValue(1);
        assertThat(slow.runs()).isEqualTo(2);
    }

    @Test
    void aScrapeThatWantsNoneOfItsFamiliesDoesNotNeedIt() {
        IndicoMetrics metrics = open(engine(dataSource, slow));
        assertThat(scrape(metrics, "indico_metrics_build_info", "go_goroutines").text())
                .contains("indico_metrics_build_info");
        assertThat(learnt).hasValue(0);
    }

    @Test
    void readingOnceLearnsToo() {
        mayLearn.countDown();
        IndicoMetrics metrics = open(engine(dataSource, slow));
        assertThat(Exposition.of(metrics.readOnce(null).metrics()).value("test_slow"))
                .isEqualTo(7);
        assertThat(scrape(metrics).value("test_slow")).isEqualTo(7);
        assertThat(learnt).hasValue(1);
    }

    @Test
    void closingWhileQueriesAreLearntLeavesNoThreadAndNoSession() {
        IndicoMetrics metrics = open(engine(dataSource, slow));
        metrics.warmUp();
        Await.until("it is asked", () -> learnt.get() == 1);
        long start = System.nanoTime();
        metrics.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        Await.until("no thread is left", () -> threads().isEmpty());
        assertThat(dataSource.asked()).isZero();
    }
}
