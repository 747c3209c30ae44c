package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.api.engine.Subscription;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ListenerTest extends EngineTest {
    private final AtomicBoolean hangs = new AtomicBoolean();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final AtomicInteger reading = new AtomicInteger();
    private final TestCollector collector = TestCollector.gauge("heard", context -> {
        if (hangs.get()) {
            mayEnd.await();
        }
        return reading.incrementAndGet();
    });
    private final List<MetricSnapshots> heard = new CopyOnWriteArrayList<>();

    @Test
    void itHearsEachRefreshWithoutAScrape() {
        IndicoMetrics metrics = open(timed());
        metrics.onChange(heard::add);
        awaitValue(1.0);
        clock.advance(Duration.ofSeconds(80));
        awaitValue(2.0);
        assertThat(last().value("indico_up")).isEqualTo(1);
    }

    @Test
    void itHearsNothingWhileNothingChanges() {
        IndicoMetrics metrics = open(timed());
        metrics.onChange(heard::add);
        awaitValue(1.0);
        Await.pause(Duration.ofMillis(2500));
        assertThat(heard).doesNotHaveDuplicates();
        assertThat(heard.size()).isLessThan(6);
    }

    /** Even if no refresh ends that could tell it. */
    @Test
    void itHearsThatValuesAreTooOld() {
        IndicoMetrics metrics = open(timed().maxAge(Duration.ofSeconds(100)).queryBudget(STANDARD, LONG));
        metrics.onChange(heard::add);
        awaitValue(1.0);
        hangs.set(true);
        clock.advance(Duration.ofSeconds(101));
        try {
            Await.until("the value is gone", () -> last().value("test_heard") == null);
            assertThat(last().value("indico_up")).isEqualTo(1);
        } finally {
            mayEnd.countDown();
        }
    }

    @Test
    void oneThatThrowsDisturbsNobody() {
        IndicoMetrics metrics = open(timed());
        metrics.onChange(snapshots -> {
            throw new IllegalStateException("a broken listener");
        });
        metrics.onChange(heard::add);
        awaitValue(1.0);
        clock.advance(Duration.ofSeconds(80));
        awaitValue(2.0);
    }

    @Test
    void anEndedSubscriptionHearsNothing() {
        IndicoMetrics metrics = open(timed());
        List<MetricSnapshots> ended = new CopyOnWriteArrayList<>();
        Subscription subscription = metrics.onChange(ended::add);
        metrics.onChange(heard::add);
        awaitValue(1.0);
        subscription.close();
        int before = ended.size();
        clock.advance(Duration.ofSeconds(80));
        awaitValue(2.0);
        metrics.close();
        assertThat(ended).hasSize(before);
    }

    @Test
    void closingTheMetricsTellsThatNothingIsLeft() {
        IndicoMetrics metrics = open(timed());
        metrics.onChange(heard::add);
        awaitValue(1.0);
        metrics.close();
        assertThat(heard.get(heard.size() - 1)).isEmpty();
        assertThatThrownBy(() -> metrics.onChange(heard::add)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void itNeedsTheTimer() {
        IndicoMetrics metrics = open(engine(collector));
        assertThatThrownBy(() -> metrics.onChange(heard::add))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("refreshByTimer()");
    }

    private IndicoMetricsBuilder timed() {
        return engine(collector).refreshByTimer().ttl(STANDARD, Duration.ofSeconds(100));
    }

    private Exposition last() {
        return Exposition.of(heard.isEmpty() ? new MetricSnapshots() : heard.get(heard.size() - 1));
    }

    private void awaitValue(double value) {
        Await.until("the value " + value, () -> {
            Double now = last().value("test_heard");
            return now != null && now == value;
        });
    }
}
