package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A collector that does not come back from its own work, whatever is done to its connection and its thread. */
class HangTest extends EngineTest {
    private final AtomicBoolean released = new AtomicBoolean();
    private final TestCollector hanging = TestCollector.gauge("hanging", context -> {
        while (!released.get()) {
            LockSupport.parkNanos(1_000_000);
        }
        return 1;
    });
    private final TestCollector before = TestCollector.sql("before", "SELECT 1");
    private final TestCollector later = TestCollector.sql("later", "SELECT 1");

    @AfterEach
    void release() {
        released.set(true);
    }

    private IndicoMetrics openAndHang(CountingDataSource dataSource) {
        warmUp();
        IndicoMetrics metrics =
                open(engine(dataSource, before, hanging, later).queryBudget(STANDARD, Duration.ofSeconds(1)));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_before")).isEqualTo(1);
        assertThat(scrape.failures("hanging", "timeout")).isEqualTo(1);
        assertThat(scrape.failures("later", "timeout")).isEqualTo(1);
        assertThat(scrape.isUp()).isTrue();
        assertThat(lasted(metrics, "hanging")).isEqualTo(Duration.ofSeconds(1));
        assertThat(lasted(metrics, "later")).as("it never began").isZero();
        return metrics;
    }

    private static Duration lasted(IndicoMetrics metrics, String name) {
        return metrics.status().collectors().stream()
                .filter(collector -> collector.name().equals(name))
                .findFirst()
                .orElseThrow()
                .lastDuration();
    }

    @Test
    void itIsLeftOutUntilItReturns() {
        CountingDataSource dataSource = new CountingDataSource(database().dataSource());
        IndicoMetrics metrics = openAndHang(dataSource);
        Await.until("its connection is closed", () -> dataSource.held() == 0);
        for (int i = 0; i < 4; i++) {
            clock.advance(Duration.ofSeconds(285));
            Exposition next = scrape(metrics);
            assertThat(next.success("before")).isEqualTo(1);
            assertThat(next.success("later")).isEqualTo(1);
            assertThat(next.success("hanging")).isZero();
        }
        assertThat(hanging.runs()).isEqualTo(1);
        released.set(true);
        Await.until("it is taken in again", () -> {
            clock.advance(Duration.ofSeconds(285));
            return Double.valueOf(1).equals(scrape(metrics).success("hanging"));
        });
        assertThat(dataSource.mostHeld()).isLessThanOrEqualTo(3);
    }

    @Test
    void closingDoesNotWaitForIt() {
        CountingDataSource dataSource = new CountingDataSource(database().dataSource());
        IndicoMetrics metrics = openAndHang(dataSource);
        long start = System.nanoTime();
        metrics.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(dataSource.held()).isZero();
    }

    @Test
    void aRefreshThatReturnsLaterOpensNoConnection() {
        CountingDataSource dataSource = new CountingDataSource(database().dataSource());
        IndicoMetrics metrics = openAndHang(dataSource);
        metrics.close();
        int asked = dataSource.asked();
        released.set(true);
        Await.until("no thread is left", () -> threads().isEmpty());
        assertThat(dataSource.asked()).isEqualTo(asked);
    }
}
