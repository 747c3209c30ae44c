package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.Samples;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Collectors that read something other than the database. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CollectFlightTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final MetricFamily QUEUE = TestCollector.gauge("indico_queue");
    private static final MetricFamily OLDEST = TestCollector.gauge("indico_oldest");
    private static final TestCollector COLLECTOR = TestCollector.named("queue").declaring(QUEUE, OLDEST);

    private final Fake<DataSource> dataSource = Fake.of(DataSource.class);
    private final CountDownLatch released = new CountDownLatch(1);
    private final ManualTime time = new ManualTime();
    private final IndicoMetricsBuilder builder =
            IndicoMetrics.builder(dataSource.self()).clock(time.source().clock());

    @AfterEach
    void release() {
        released.countDown();
    }

    private IndicoMetrics metrics(BiConsumer<CollectionContext, Samples> work) {
        return builder.collectors(COLLECTOR.doing(work)).build();
    }

    /** Returns the series of the collector after a refresh. */
    private static List<String> scraped(IndicoMetrics metrics) {
        String text = Exposition.text(
                metrics.scrape(name -> name.startsWith("indico_queue") || name.startsWith("indico_oldest"), LONG)
                        .metrics());
        return text.lines().filter(line -> !line.startsWith("#")).toList();
    }

    private static CollectorStatus.Query status(IndicoMetrics metrics) {
        return metrics.status().collectors().get(0).queries().get(0);
    }

    @Test
    void itsValuesAreShownAndTheDatabaseIsNotAsked() {
        try (IndicoMetrics metrics = metrics((context, samples) -> {
            samples.set(QUEUE, 3);
            samples.add(OLDEST, 1);
            samples.add(OLDEST, 1.5);
        })) {
            assertThat(scraped(metrics)).containsExactly("indico_oldest 2.5", "indico_queue 3.0");
            assertThat(status(metrics).outcome()).isEqualTo(Outcome.SUCCESS);
        }
        assertThat(dataSource.calls()).isEmpty();
    }

    @Test
    void itGetsTheInstantAndItsSettings() {
        CollectorSetting<Duration> age = CollectorSetting.duration("age", Duration.ofDays(2));
        List<Object> seen = new ArrayList<>();
        builder.clock(Clock.fixed(Instant.parse("2026-03-01T12:00:00.123456789Z"), ZoneOffset.UTC));
        builder.collectors(COLLECTOR.with(age).doing((context, samples) -> {
                    seen.add(context.now());
                    seen.add(context.setting(age));
                }))
                .setting("queue", "age", "3h");
        try (IndicoMetrics metrics = builder.build()) {
            scraped(metrics);
            metrics.readOnce(Instant.parse("2020-01-01T00:00:00Z"));
        }
        assertThat(seen)
                .containsExactly(
                        Instant.parse("2026-03-01T12:00:00.123456Z"),
                        Duration.ofHours(3),
                        Instant.parse("2020-01-01T00:00:00Z"),
                        Duration.ofHours(3));
    }

    @Test
    void aFamilyThatIsOffIsAcceptedButNotShown() {
        builder.excludeFamilies(List.of("indico_oldest"));
        try (IndicoMetrics metrics = metrics((context, samples) -> {
            samples.set(QUEUE, 3);
            samples.set(OLDEST, 7);
        })) {
            assertThat(scraped(metrics)).containsExactly("indico_queue 3.0");
            assertThat(Exposition.text(metrics.readOnce(null).metrics()))
                    .contains("indico_queue 3.0")
                    .doesNotContain("indico_oldest");
        }
    }

    @Test
    void aCollectorWhoseFamiliesAreAllOffIsNotRun() {
        AtomicInteger runs = new AtomicInteger();
        builder.excludeFamilies(List.of("indico_oldest", "indico_queue"));
        try (IndicoMetrics metrics = metrics((context, samples) -> runs.incrementAndGet())) {
            scraped(metrics);
            metrics.readOnce(null);
        }
        assertThat(runs).hasValue(0);
    }

    @Test
    void itCanHaveLabels() {
        Label state = Label.closed("state", "waiting", "failed");
        MetricFamily jobs = MetricFamily.gauge("indico_queue_jobs")
                .help("Jobs.")
                .labels(state)
                .build();
        builder.collectors(COLLECTOR.declaring(jobs).doing((context, samples) -> samples.set(jobs, 3, "failed")));
        try (IndicoMetrics metrics = builder.build()) {
            assertThat(scraped(metrics))
                    .containsExactly(
                            "indico_queue_jobs{state=\"failed\"} 3.0", "indico_queue_jobs{state=\"waiting\"} 0.0");
        }
    }

    @Nested
    class AFailure {
        @Test
        void keepsTheLastValues() {
            AtomicBoolean isGone = new AtomicBoolean();
            builder.ttl("queue", Duration.ofNanos(1));
            try (IndicoMetrics metrics = metrics((context, samples) -> {
                if (isGone.get()) {
                    sneak(new IOException("no such file"));
                }
                samples.set(QUEUE, 3);
            })) {
                assertThat(scraped(metrics)).containsExactly("indico_queue 3.0");
                isGone.set(true);
                time.advance(Duration.ofSeconds(1));
                assertThat(scraped(metrics)).containsExactly("indico_queue 3.0");
                assertThat(status(metrics))
                        .returns(Outcome.FAILED, CollectorStatus.Query::outcome)
                        .returns(FailureReason.SOURCE, CollectorStatus.Query::failureReason)
                        .returns("java.io.IOException: no such file", CollectorStatus.Query::detail);
            }
        }

        @Test
        void canBeAnError() {
            try (IndicoMetrics metrics = metrics((context, samples) -> {
                throw new NoClassDefFoundError("redis/Client");
            })) {
                assertThat(scraped(metrics)).isEmpty();
                assertThat(status(metrics).detail()).isEqualTo("java.lang.NoClassDefFoundError: redis/Client");
            }
        }

        @Test
        void discardsTheValuesGivenBeforeIt() {
            try (IndicoMetrics metrics = metrics((context, samples) -> {
                samples.set(OLDEST, 3);
                samples.set(QUEUE, 3);
                samples.set(QUEUE, 4);
            })) {
                assertThat(scraped(metrics)).isEmpty();
                assertThat(status(metrics).detail())
                        .isEqualTo("java.lang.IllegalArgumentException: metric 'indico_queue':"
                                + " the series [] was set twice");
            }
        }

        // Throws a checked exception that nobody declares, as Kotlin and Groovy can.
        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneak(Throwable thrown) throws T {
            throw (T) thrown;
        }
    }

    @Nested
    class TheBudget {
        private final AtomicInteger runs = new AtomicInteger();
        private final CountDownLatch ended = new CountDownLatch(1);

        TheBudget() {
            builder.queryBudget(RefreshClass.STANDARD, Duration.ofMillis(50)).ttl("queue", Duration.ofNanos(1));
        }

        private void assertTimeout(IndicoMetrics metrics) {
            assertThat(status(metrics))
                    .returns(FailureReason.TIMEOUT, CollectorStatus.Query::failureReason)
                    .returns(
                            "it was interrupted after the query budget of 0.05 s (query-budget.standard)",
                            CollectorStatus.Query::detail);
        }

        @Test
        void isEndedByAnInterrupt() {
            try (IndicoMetrics metrics = metrics((context, samples) -> {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    ended.countDown();
                    throw new IllegalStateException(e);
                }
            })) {
                assertThat(scraped(metrics)).isEmpty();
                assertTimeout(metrics);
                assertThat(ended.getCount()).isZero();
            }
        }

        @Test
        void limitsTheWaitForACollectorThatIgnoresTheInterrupt() {
            try (IndicoMetrics metrics = metrics((context, samples) -> {
                runs.incrementAndGet();
                while (released.getCount() > 0) {
                    Thread.onSpinWait();
                }
                ended.countDown();
            })) {
                assertThat(scraped(metrics)).isEmpty();
                assertTimeout(metrics);
                time.advance(Duration.ofHours(1));
                scraped(metrics);
                assertThat(runs).hasValue(1);
                release();
                Eventually.until("it runs again", () -> {
                    scraped(metrics);
                    return runs.get() > 1;
                });
            }
        }

        @Test
        void isThatOfTheHeavyClassInASingleReading() {
            builder.queryBudget(RefreshClass.HEAVY, LONG);
            try (IndicoMetrics metrics = metrics((context, samples) -> {
                try {
                    Thread.sleep(300);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                samples.set(QUEUE, 3);
            })) {
                assertThat(Exposition.text(metrics.readOnce(null).metrics())).contains("indico_queue 3.0");
            }
        }
    }

    @Nested
    class SeveralCollectors {
        @Test
        void runAtTheSameTime() {
            CyclicBarrier both = new CyclicBarrier(2);
            BiConsumer<CollectionContext, Samples> meeting = (context, samples) -> {
                try {
                    both.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            };
            builder.collectors(
                    TestCollector.named("a").doing(meeting),
                    TestCollector.named("b").doing(meeting));
            try (IndicoMetrics metrics = builder.build()) {
                metrics.collect();
                assertThat(metrics.status().collectors())
                        .extracting(CollectorStatus::outcome)
                        .containsExactly(Outcome.SUCCESS, Outcome.SUCCESS);
            }
        }

        @Test
        void doNotDelayAScrapeOfAnotherCollector() {
            builder.collectors(
                    COLLECTOR.doing((context, samples) -> samples.set(QUEUE, 3)),
                    TestCollector.named("hanging").doing((context, samples) -> {
                        try {
                            released.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }));
            try (IndicoMetrics metrics = builder.build()) {
                metrics.scrape(name -> true, Duration.ofMillis(1));
                assertThat(scraped(metrics)).containsExactly("indico_queue 3.0");
                release();
            }
        }

        @Test
        void doNotKeepAScrapeWaitingIfTheyAreHeavy() {
            builder.collectors(COLLECTOR.of(RefreshClass.HEAVY).doing((context, samples) -> {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                samples.set(QUEUE, 3);
            }));
            try (IndicoMetrics metrics = builder.build()) {
                assertThat(scraped(metrics)).isEmpty();
                release();
                Eventually.until("it is read", () -> !scraped(metrics).isEmpty());
            }
        }
    }

    @Test
    void theEndOfTheMetricsInterruptsIt() {
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean isInterrupted = new AtomicBoolean();
        IndicoMetrics metrics = metrics((context, samples) -> {
            started.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                isInterrupted.set(true);
                throw new IllegalStateException(e);
            }
        });
        metrics.warmUp();
        Eventually.until("it runs", () -> started.getCount() == 0);
        metrics.close();
        assertThat(isInterrupted).isTrue();
        assertThat(status(metrics))
                .returns(FailureReason.CONNECTION, CollectorStatus.Query::failureReason)
                .returns("the metrics were closed", CollectorStatus.Query::detail);
    }
}
