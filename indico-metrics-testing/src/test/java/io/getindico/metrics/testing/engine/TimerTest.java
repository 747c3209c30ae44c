package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** If a timer refreshes, scrapes only read. */
class TimerTest extends EngineTest {
    private final AtomicInteger reading = new AtomicInteger();

    @Test
    void valuesAreReadWithoutAScrapeAndAgainBeforeTheyAreStale() {
        TestCollector collector = TestCollector.gauge("timed", context -> reading.incrementAndGet());
        IndicoMetrics metrics = open(engine(collector).refreshByTimer().ttl(STANDARD, Duration.ofSeconds(100)));
        Await.until("the first reading", () -> collector.runs() == 1);
        Await.until("it is published", () -> glance(metrics).value("test_timed") != null);
        clock.advance(Duration.ofSeconds(79));
        assertThat(glance(metrics).value("test_timed")).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        Await.until("the second, at 80 % of the TTL", () -> collector.runs() == 2);
    }

    @Test
    void aScrapeNeverWaits() {
        CountDownLatch mayEnd = new CountDownLatch(1);
        TestCollector slow = TestCollector.gauge("slow", context -> {
            mayEnd.await();
            return 1;
        });
        IndicoMetrics metrics = open(engine(slow).refreshByTimer().queryBudget(STANDARD, LONG));
        Await.until("it runs", () -> slow.runs() == 1);
        assertThat(scrape(metrics).value("test_slow")).isNull();
        mayEnd.countDown();
        Await.until("it is published", () -> scrape(metrics).value("test_slow") != null);
    }
}
