package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.testing.engine.TestCollector.family;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.testing.engine.TestCollector.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A collector that reads something else than the database. */
class CollectTest extends EngineTest {
    private static final Duration TTL = Duration.ofSeconds(285);
    private static final MetricFamily FILE = family("file");

    private final AtomicBoolean released = new AtomicBoolean();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final TestCollector query = TestCollector.sql("query", "SELECT 7");

    private static TestCollector file(Work work) {
        return TestCollector.collecting("file", FILE, work);
    }

    @AfterEach
    void release() {
        released.set(true);
        mayEnd.countDown();
    }

    @Test
    void itsValuesAreShownWithThoseOfQueries() {
        Instant began = clock.instant();
        AtomicReference<Instant> seen = new AtomicReference<>();
        IndicoMetrics metrics = open(query, file((context, samples) -> {
            seen.set(context.now());
            clock.advance(Duration.ofSeconds(3));
            samples.set(FILE, 12);
        }));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_file")).isEqualTo(12);
        assertThat(scrape.value("test_query")).isEqualTo(7);
        assertThat(seen).hasValue(began);
        assertThat(scrape.success("file")).isEqualTo(1);
        assertThat(scrape.failures("file")).isZero();
        Map<String, Double> own = Map.of(
                "duration_seconds",
                3.0,
                "ttl_seconds",
                285.0,
                "last_success_timestamp_seconds",
                (double) began.getEpochSecond(),
                "last_attempt_timestamp_seconds",
                (double) began.getEpochSecond());
        own.forEach((what, value) -> assertThat(scrape.value("indico_collector_" + what + "{collector=\"file\"}"))
                .as(what)
                .isEqualTo(value));
        assertThat(scrape.value("indico_collector_rows_read{collector=\"file\"}"))
                .isNull();
        assertThat(metrics.status().collectors().get(0).outcome()).isEqualTo(CollectorStatus.Outcome.SUCCESS);
        assertThat(metrics.status().collectors().get(0).queries().get(0).columns())
                .isEmpty();
    }

    @Test
    void itHoldsNoConnection() {
        CountingDataSource dataSource = new CountingDataSource(database().dataSource());
        TestCollector file = file((context, samples) -> {
            mayEnd.await();
            samples.set(FILE, 1);
        });
        IndicoMetrics metrics = open(engine(dataSource, file));
        CompletableFuture<Exposition> scrape = CompletableFuture.supplyAsync(() -> scrape(metrics, "test_file"));
        Await.until("it is at work", () -> file.runs() == 1);
        assertThat(dataSource.asked()).isZero();
        mayEnd.countDown();
        assertThat(scrape.join().value("test_file")).isEqualTo(1);
        assertThat(dataSource.asked()).isZero();
    }

    private static DataSource away(DataSource dataSource) {
        return new ForwardingDataSource(dataSource) {
            @Override
            public Connection getConnection() throws SQLException {
                throw new SQLException("away", "08001");
            }
        };
    }

    @Test
    void itIsReadWhileTheDatabaseIsDown() {
        IndicoMetrics metrics =
                open(engine(away(database().dataSource()), query, file((context, samples) -> samples.set(FILE, 12))));
        for (int i = 1; i <= 3; i++) {
            Exposition scrape = scrape(metrics);
            assertThat(scrape.isUp()).isFalse();
            assertThat(scrape.databaseErrors()).isEqualTo("unreachable");
            assertThat(scrape.success("query")).isZero();
            assertThat(scrape.success("file")).isEqualTo(1);
            assertThat(scrape.value("test_file")).isEqualTo(12);
            assertThat(scrape.value("indico_collector_last_success_timestamp_seconds{collector=\"file\"}"))
                    .isEqualTo(clock.epochSeconds());
            clock.advance(TTL);
        }
    }

    @Test
    void itsFailureDoesNotAffectTheDatabaseStateAndKeepsTheLastValue() {
        AtomicBoolean fails = new AtomicBoolean();
        IndicoMetrics metrics = open(query, file((context, samples) -> {
            if (fails.get()) {
                throw new SQLException("of another database", "08001");
            }
            samples.set(FILE, 12);
        }));
        scrape(metrics);
        fails.set(true);
        clock.advance(TTL);
        Exposition scrape = scrape(metrics);
        assertThat(scrape.success("file")).isZero();
        assertThat(scrape.value("test_file")).isEqualTo(12);
        assertThat(scrape.isUp()).isTrue();
        assertThat(scrape.databaseErrors()).isEmpty();
        assertThat(scrape.success("query")).isEqualTo(1);
        clock.advance(TTL.plusSeconds(11));
        assertThat(scrape(metrics).value("test_file")).as("too old").isNull();
    }

    @Test
    void beyondItsBudgetItIsInterrupted() {
        warmUp();
        AtomicBoolean interrupted = new AtomicBoolean();
        IndicoMetrics metrics = open(engine(query, file((context, samples) -> {
                    try {
                        mayEnd.await();
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                        throw e;
                    }
                }))
                .queryBudget(STANDARD, Duration.ofSeconds(1)));
        Exposition scrape = scrape(metrics);
        assertThat(interrupted).isTrue();
        assertThat(scrape.failures("file", "timeout")).isEqualTo(1);
        assertThat(scrape.value("test_query")).isEqualTo(7);
        assertThat(metrics.status().collectors().get(0).queries().get(0).detail())
                .isEqualTo("it was interrupted after the query budget of 1 s (query-budget.standard)");
    }

    @Test
    void oneThatIgnoresTheInterruptIsLeftOutUntilItReturns() {
        warmUp();
        TestCollector deaf = file((context, samples) -> {
            while (!released.get()) {
                LockSupport.parkNanos(1_000_000);
            }
            samples.set(FILE, 12);
        });
        IndicoMetrics metrics = open(engine(query, deaf).queryBudget(STANDARD, Duration.ofSeconds(1)));
        assertThat(scrape(metrics).failures("file", "timeout")).isEqualTo(1);
        for (int i = 0; i < 3; i++) {
            clock.advance(TTL);
            Exposition next = scrape(metrics);
            assertThat(next.success("file")).isZero();
            assertThat(next.success("query")).isEqualTo(1);
            assertThat(next.value("indico_collector_last_success_timestamp_seconds{collector=\"query\"}"))
                    .isEqualTo(clock.epochSeconds());
        }
        assertThat(deaf.runs()).isEqualTo(1);
        released.set(true);
        Await.until("it is taken in again", () -> {
            clock.advance(TTL);
            return Double.valueOf(1).equals(scrape(metrics).success("file"));
        });
        assertThat(scrape(metrics).value("test_file")).isEqualTo(12);
    }

    @Test
    void aSlowOneDoesNotDelayTheOthers() {
        TestCollector slow = TestCollector.collecting("slow", family("slow"), (context, samples) -> mayEnd.await());
        IndicoMetrics metrics = open(engine(slow, query, file((context, samples) -> samples.set(FILE, 12)))
                .queryBudget(STANDARD, LONG));
        metrics.warmUp();
        Await.until("the others are read", () -> {
            Exposition glance = glance(metrics);
            return glance.value("test_file") != null && glance.value("test_query") != null;
        });
        assertThat(glance(metrics).success("slow")).isNull();
        mayEnd.countDown();
        Await.until("it is read", () -> glance(metrics).success("slow") != null);
    }

    @Test
    void aHeavyOneIsNotWaitedFor() {
        TestCollector heavy = file((context, samples) -> {
                    mayEnd.await();
                    samples.set(FILE, 12);
                })
                .in(HEAVY);
        IndicoMetrics metrics = open(heavy, query);
        Exposition first = scrape(metrics);
        assertThat(first.value("test_query")).isEqualTo(7);
        assertThat(first.value("test_file")).isNull();
        mayEnd.countDown();
        Await.until("it is read", () -> glance(metrics).value("test_file") != null);
    }

    @Test
    void withinItsTtlItIsNotRunAgain() {
        TestCollector file = file((context, samples) -> samples.set(FILE, 12)).in(RefreshClass.LIVE);
        IndicoMetrics metrics = open(file);
        scrape(metrics);
        clock.advance(Duration.ofSeconds(54));
        scrape(metrics);
        assertThat(file.runs()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        scrape(metrics);
        assertThat(file.runs()).isEqualTo(2);
    }

    @Test
    void itIsReadOnceBesideTheQueriesAndAtTheInstantGiven() {
        AtomicReference<Instant> seen = new AtomicReference<>();
        Instant at = Instant.parse("2020-02-02T02:02:02Z");
        IndicoMetrics metrics = open(query, file((context, samples) -> {
            seen.set(context.now());
            samples.set(FILE, 12);
        }));
        Reading reading = metrics.readOnce(at);
        Exposition read = Exposition.of(reading.metrics());
        assertThat(read.value("test_file")).isEqualTo(12);
        assertThat(read.value("test_query")).isEqualTo(7);
        assertThat(seen).hasValue(at);
        assertThat(reading.status().collectors())
                .extracting(CollectorStatus::outcome)
                .containsOnly(CollectorStatus.Outcome.SUCCESS);
    }

    @Test
    void itIsNotRunBeforeTheFirstRefresh() {
        TestCollector file = file((context, samples) -> samples.set(FILE, 12));
        open(file);
        assertThat(file.runs()).isZero();
    }

    @Test
    void closingInterruptsIt() {
        AtomicBoolean interrupted = new AtomicBoolean();
        TestCollector file = file((context, samples) -> {
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
        });
        IndicoMetrics metrics = open(engine(file).queryBudget(STANDARD, LONG));
        metrics.warmUp();
        Await.until("it is at work", () -> file.runs() == 1);
        long start = System.nanoTime();
        metrics.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        assertThat(interrupted).isTrue();
        Await.until("no thread is left", () -> threads().isEmpty());
    }

    @Test
    void closingDoesNotWaitForOneThatIgnoresTheInterrupt() {
        TestCollector deaf = file((context, samples) -> {
            while (!released.get()) {
                LockSupport.parkNanos(1_000_000);
            }
        });
        IndicoMetrics metrics = open(engine(deaf).queryBudget(STANDARD, LONG));
        metrics.warmUp();
        Await.until("it is at work", () -> deaf.runs() == 1);
        long start = System.nanoTime();
        metrics.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(scrape(metrics).text()).isEmpty();
    }
}
