package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.registry.PrometheusScrapeRequest;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the engine without a database. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IndicoMetricsTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final TestCollector EVENTS = TestCollector.named("events").of(RefreshClass.LIVE);
    private static final TestCollector ROOMS = TestCollector.named("rooms");
    private static final TestCollector FILES = TestCollector.named("files").of(RefreshClass.HEAVY);

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Fake<DataSource> dataSource = Fake.of(DataSource.class);
    private final IndicoMetricsBuilder builder = IndicoMetrics.builder(dataSource.self())
            .collectors(EVENTS, ROOMS, FILES)
            .waitLimit(LONG)
            .clock(Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC));

    private void refusing() {
        dataSource.answering("getConnection", () -> {
            throw new SQLException("Connection to db:5432 refused.", "08001");
        });
    }

    private void hanging() {
        dataSource.answering("getConnection", () -> {
            released.await();
            throw new SQLException("too late", "08001");
        });
    }

    /** Makes each connection hang, like a driver that ignores interrupts. */
    private void hangingForGood() {
        dataSource.answering("getConnection", () -> {
            while (released.getCount() > 0) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    // This connection ignores interrupts.
                }
            }
            throw new SQLException("too late", "08001");
        });
    }

    private static boolean any(String name) {
        return true;
    }

    @AfterEach
    void release() {
        released.countDown();
    }

    private List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("indico-metrics-"))
                .filter(thread -> !before.contains(thread))
                .toList();
    }

    private static List<Outcome> outcomes(IndicoMetrics metrics) {
        return metrics.status().collectors().stream()
                .map(CollectorStatus::outcome)
                .toList();
    }

    private static List<String> names(MetricSnapshots metrics) {
        return metrics.stream()
                .map(MetricSnapshot::getMetadata)
                .map(metadata -> metadata.getPrometheusName())
                .toList();
    }

    static Stream<Callable<?>> failing() {
        return Stream.of(
                () -> {
                    throw new SQLException("no", "08001");
                },
                () -> {
                    throw new IllegalStateException("the pool is closed");
                },
                () -> {
                    throw new NoClassDefFoundError("org/postgresql/Driver");
                },
                () -> null);
    }

    @Nested
    class WithoutTheDatabase {
        @Test
        void aScrapeReportsWhy() {
            refusing();
            try (IndicoMetrics metrics = builder.exclude(List.of("rooms", "files"))
                    .allCollectorMetrics(true)
                    .build()) {
                Scrape scrape = metrics.scrape(
                        name -> !name.startsWith("indico_collector_failures") && !name.contains("build"), LONG);
                assertThat(scrape.refreshed()).isFalse();
                assertThat(Exposition.text(scrape.metrics())).isEqualTo("""
                        # HELP indico_collector_core_ratio Largest share of one database core that the collector can take, if scrapes refresh it as often as possible.
                        # TYPE indico_collector_core_ratio gauge
                        indico_collector_core_ratio{collector="events"} 0.0
                        # HELP indico_collector_duration_seconds Total duration of the last attempts of the collector's queries.
                        # TYPE indico_collector_duration_seconds gauge
                        indico_collector_duration_seconds{collector="events"} 0.0
                        # HELP indico_collector_failing Collectors with a query whose last attempt failed (1), by reason.
                        # TYPE indico_collector_failing gauge
                        indico_collector_failing{collector="events",reason="connection"} 1.0
                        # HELP indico_collector_last_attempt_timestamp_seconds When a query of the collector was last tried, in Unix time.
                        # TYPE indico_collector_last_attempt_timestamp_seconds gauge
                        indico_collector_last_attempt_timestamp_seconds{collector="events"} 1.7723664E9
                        # HELP indico_collector_success Whether the last attempts of all queries of the collector that can run succeeded (1) or not (0).
                        # TYPE indico_collector_success gauge
                        indico_collector_success{collector="events"} 0.0
                        # HELP indico_collector_ttl_seconds How long the collector's values stay fresh, stretched if the database share requires it.
                        # TYPE indico_collector_ttl_seconds gauge
                        indico_collector_ttl_seconds{collector="events"} 55.0
                        # HELP indico_database_error Reason why Indico's database cannot be read: 1 for the current one, 0 for the others.
                        # TYPE indico_database_error gauge
                        indico_database_error{reason="auth"} 0.0
                        indico_database_error{reason="conflict"} 0.0
                        indico_database_error{reason="not_indico"} 0.0
                        indico_database_error{reason="starting"} 0.0
                        indico_database_error{reason="too_many_connections"} 0.0
                        indico_database_error{reason="unreachable"} 1.0
                        # HELP indico_series_limit Largest number of series that the collectors and these self-metrics can have.
                        # TYPE indico_series_limit gauge
                        indico_series_limit 72.0
                        # HELP indico_up Whether Indico's database was reached in the last 15 seconds (1) or not (0).
                        # TYPE indico_up gauge
                        indico_up 0.0
                        """);
            }
        }

        @ParameterizedTest
        @MethodSource("io.getindico.metrics.api.engine.IndicoMetricsTest#failing")
        void aFailingDataSourceDoesNotFailTheScrape(Callable<?> connecting) {
            dataSource.answering("getConnection", connecting);
            try (IndicoMetrics metrics = builder.build()) {
                assertThat(Exposition.text(metrics.collect()))
                        .contains("indico_up 0.0\n")
                        .contains("indico_database_error{reason=\"unreachable\"} 1.0\n")
                        .contains("indico_collector_success{collector=\"events\"} 0.0\n")
                        .contains("indico_collector_success{collector=\"rooms\"} 0.0\n");
            }
        }

        @Test
        void allClassesShareOneAttemptUntilThePauseEnds() {
            refusing();
            try (IndicoMetrics metrics = builder.build()) {
                for (int i = 0; i < 3; i++) {
                    assertThat(metrics.scrape(IndicoMetricsTest::any, LONG).refreshed())
                            .isFalse();
                }
                assertThat(Exposition.text(metrics.collect()))
                        .contains("indico_collector_failures_total{collector=\"events\"} 1.0\n");
            }
            assertThat(dataSource.calls()).containsExactly("getConnection");
        }

        @Test
        void theStatusReportsTheSame() {
            refusing();
            try (IndicoMetrics metrics = builder.exclude(List.of("files")).build()) {
                metrics.collect();
                Status status = metrics.status();
                assertThat(status.up()).isFalse();
                assertThat(status.databaseError()).isEqualTo(DatabaseError.UNREACHABLE);
                assertThat(status.databaseDetail()).isEqualTo("Connection to db:5432 refused.");
                assertThat(status.zone()).isNull();
                assertThat(status.collectors())
                        .allMatch(collector -> collector.outcome() == Outcome.FAILED)
                        .allMatch(collector -> collector.failureReasons().equals(Set.of(FailureReason.CONNECTION)))
                        .flatExtracting(CollectorStatus::queries)
                        .hasSize(2)
                        .allMatch(query -> query.outcome() == Outcome.FAILED)
                        .allMatch(query -> query.failureReason() == FailureReason.CONNECTION)
                        .allMatch(query -> query.detail().equals("Connection to db:5432 refused."));
            }
        }

        @Test
        void readingOnceReportsThatNothingWasRead() {
            refusing();
            try (IndicoMetrics metrics = builder.build()) {
                Reading reading = metrics.readOnce(Instant.EPOCH);
                assertThat(reading.status().collectors())
                        .hasSize(3)
                        .allMatch(collector -> collector.outcome() == Outcome.FAILED);
                assertThat(Exposition.text(reading.metrics()))
                        .contains("indico_up 0.0\n")
                        .contains("indico_collector_success{collector=\"files\"} 0.0\n");
                assertThat(outcomes(metrics)).containsOnly(Outcome.NEVER_RUN);
            }
        }
    }

    @Nested
    class WithADataSourceThatHangs {
        @Test
        void aScrapeWaitsNoLongerThanItsLimit() {
            hanging();
            try (IndicoMetrics metrics = builder.build()) {
                Scrape scrape = metrics.scrape(IndicoMetricsTest::any, Duration.ofMillis(1));
                assertThat(scrape.refreshed()).isFalse();
                assertThat(Exposition.text(scrape.metrics()))
                        .contains("indico_up 0.0\n")
                        .doesNotContain("indico_collector_success{");
                release();
            }
        }

        @Test
        void theLimitOfTheBuilderHoldsForTheHostsScrapes() {
            hanging();
            try (IndicoMetrics metrics = builder.waitLimit(Duration.ofMillis(1)).build()) {
                assertThat(names(metrics.collect())).contains("indico_up");
                release();
            }
        }

        /** Some clients give up after five seconds. */
        @Test
        void theDefaultLimitLeavesTimeForTheAnswer() {
            hanging();
            try (IndicoMetrics metrics =
                    IndicoMetrics.builder(dataSource.self()).collectors(EVENTS).build()) {
                long start = System.nanoTime();
                metrics.collect();
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isBetween(Duration.ofSeconds(4), Duration.ofMillis(4900));
                release();
            }
        }

        @Test
        void furtherScrapesJoinTheAttemptThatRuns() {
            hanging();
            try (IndicoMetrics metrics = builder.build()) {
                for (int i = 0; i < 3; i++) {
                    metrics.scrape(IndicoMetricsTest::any, Duration.ofMillis(20));
                }
                Eventually.until(
                        "the attempt has begun", () -> !dataSource.calls().isEmpty());
                metrics.scrape(IndicoMetricsTest::any, Duration.ofMillis(20));
                assertThat(dataSource.calls()).containsExactly("getConnection");
                release();
            }
        }

        @Test
        void theAttemptEndsAfterItsBudgetAndNoOtherBegins() {
            hangingForGood();
            builder.exclude(List.of("rooms", "files")).queryBudget(RefreshClass.LIVE, Duration.ofMillis(10));
            try (IndicoMetrics metrics = builder.build()) {
                assertThat(Exposition.text(metrics.collect()))
                        .contains("indico_collector_success{collector=\"events\"} 0.0\n")
                        .contains("indico_collector_failures_total{collector=\"events\"} 1.0\n")
                        .contains("indico_database_error{reason=\"unreachable\"} 1.0\n");
                metrics.scrape(IndicoMetricsTest::any, Duration.ofMillis(500));
                assertThat(dataSource.calls()).containsExactly("getConnection");
                release();
            }
        }

        @Test
        void acceptsAnUnlimitedWait() {
            refusing();
            try (IndicoMetrics metrics = builder.build()) {
                Scrape scrape = metrics.scrape(IndicoMetricsTest::any, Duration.ofSeconds(Long.MAX_VALUE));
                assertThat(names(scrape.metrics())).contains("indico_up");
            }
        }

        @Test
        void anInterruptedScrapeDoesNotWaitAndStaysInterrupted() {
            hanging();
            try (IndicoMetrics metrics = builder.build()) {
                Thread.currentThread().interrupt();
                assertThat(names(metrics.collect())).contains("indico_up");
                assertThat(Thread.interrupted()).isTrue();
                release();
            }
        }

        @Test
        void withATimerAScrapeDoesNotWait() {
            hanging();
            try (IndicoMetrics metrics = builder.refreshByTimer().build()) {
                assertThat(names(metrics.collect())).contains("indico_up");
                release();
            }
        }

        @Test
        void aCollectorOfAnotherSourceIsRead() {
            hanging();
            MetricFamily queue = TestCollector.gauge("indico_queue");
            TestCollector other =
                    TestCollector.named("queue").declaring(queue).doing((context, samples) -> samples.set(queue, 17));
            try (IndicoMetrics metrics = builder.collectors(other).build()) {
                metrics.scrape("indico_queue"::equals, LONG);
                assertThat(Exposition.text(metrics.scrape(IndicoMetricsTest::any, Duration.ofMillis(1))
                                .metrics()))
                        .contains("indico_queue 17.0\n", "indico_up 0.0\n");
                release();
            }
        }

        @Test
        void warmingUpDoesNotWait() {
            hanging();
            try (IndicoMetrics metrics = builder.build()) {
                metrics.warmUp();
                Eventually.until("it is asked", () -> !dataSource.calls().isEmpty());
                assertThat(outcomes(metrics)).containsOnly(Outcome.NEVER_RUN);
                release();
            }
        }
    }

    @Nested
    class Names {
        @Test
        void refreshNothingIfTheyAreUnknown() {
            try (IndicoMetrics metrics = builder.build()) {
                Scrape scrape = metrics.scrape(name -> false, LONG);
                assertThat(scrape.metrics().size()).isZero();
                assertThat(scrape.refreshed()).isFalse();
                assertThat(threads()).isEmpty();
            }
            assertThat(dataSource.calls()).isEmpty();
        }

        @Test
        void refreshOnlyTheirCollector() {
            refusing();
            try (IndicoMetrics metrics = builder.build()) {
                assertThat(names(metrics.collect("indico_rooms"::equals))).isEmpty();
                assertThat(outcomes(metrics)).containsExactly(Outcome.NEVER_RUN, Outcome.NEVER_RUN, Outcome.FAILED);
            }
        }

        @Test
        void checkOnlyTheDatabaseIfTheyAreSelfMetrics() {
            refusing();
            try (IndicoMetrics metrics = builder.build()) {
                assertThat(Exposition.text(metrics.collect("indico_up"::equals)))
                        .isEqualTo("""
                            # HELP indico_up Whether Indico's database was reached in the last 15 seconds (1) or not (0).
                            # TYPE indico_up gauge
                            indico_up 0.0
                            """);
                assertThat(outcomes(metrics)).containsOnly(Outcome.NEVER_RUN);
                Eventually.until(
                        "the probe failed", () -> metrics.status().databaseError() == DatabaseError.UNREACHABLE);
            }
        }

        @Test
        void leaveOutFamiliesWithoutSeries() {
            refusing();
            try (IndicoMetrics metrics = builder.build()) {
                assertThat(names(metrics.collect()))
                        .contains("indico_up", "indico_metrics_build")
                        .doesNotContain("indico_schema", "indico_zone", "indico_collector_skipped", "indico_events");
            }
        }

        @Test
        void areFilteredWithAndWithoutARequest() {
            refusing();
            PrometheusScrapeRequest request =
                    Fake.of(PrometheusScrapeRequest.class).self();
            try (IndicoMetrics metrics = builder.build()) {
                assertThat(names(metrics.collect("indico_up"::equals, request))).containsExactly("indico_up");
                assertThat(names(metrics.collect("indico_up"::equals))).containsExactly("indico_up");
                assertThat(names(metrics.collect(request))).hasSizeGreaterThan(1);
                assertThat(names(metrics.collect())).hasSizeGreaterThan(1);
            }
        }

        @Test
        void doNotFailTheScrapeIfTheirFilterThrows() {
            try (IndicoMetrics metrics = builder.build()) {
                Predicate<String> broken = name -> {
                    throw new IllegalStateException("no");
                };
                assertThat(metrics.collect(broken).size()).isZero();
            }
        }
    }

    @Nested
    class InARegistry {
        @Test
        void itIsScrapedWithTheRest() {
            refusing();
            PrometheusRegistry registry = new PrometheusRegistry();
            try (IndicoMetrics metrics = builder.build()) {
                registry.register(metrics);
                assertThat(names(registry.scrape())).contains("indico_up", "indico_collector_failures");
                assertThat(names(registry.scrape("indico_collector_failures"::equals)))
                        .containsExactly("indico_collector_failures");
            }
        }

        @Test
        void afterItsCloseItsNamesAreFree() {
            refusing();
            PrometheusRegistry registry = new PrometheusRegistry();
            for (int i = 0; i < 3; i++) {
                try (IndicoMetrics metrics = builder.build()) {
                    assertThat(metrics.register(registry)).isSameAs(metrics);
                    assertThat(names(registry.scrape())).contains("indico_up");
                }
                assertThat(names(registry.scrape())).isEmpty();
            }
        }

        @Test
        void aHostThatRegisteredItCanUnregisterItAfterClose() {
            PrometheusRegistry registry = new PrometheusRegistry();
            IndicoMetrics first = builder.build();
            registry.register(first);
            first.close();
            registry.unregister(first);
            try (IndicoMetrics next = builder.build()) {
                registry.register(next);
                registry.unregister(next);
            }
        }

        @Test
        void itCannotBeRegisteredAfterClose() {
            PrometheusRegistry registry = new PrometheusRegistry();
            IndicoMetrics metrics = builder.build();
            metrics.close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> metrics.register(registry))
                    .withMessage("these metrics are closed");
            builder.build().register(registry).close();
        }

        @Test
        @SuppressWarnings("deprecation")
        void everyFamilyIsNamedBeforeAnyScrape() {
            try (IndicoMetrics metrics = builder.build()) {
                List<String> names =
                        metrics.families().stream().map(FamilyNames::modelName).toList();
                assertThat(names).contains("indico_events", "indico_rooms", "indico_files", "indico_up");
                assertThat(metrics.getPrometheusNames()).isEqualTo(names);
            }
            assertThat(dataSource.calls()).isEmpty();
        }
    }

    @Nested
    class Threading {
        @Test
        void anEarlyScrapeWaitsUntilTheQueriesAreLearnt() {
            refusing();
            CountDownLatch asked = new CountDownLatch(1);
            TestCollector slow = TestCollector.named("slow").asking(context -> {
                try {
                    asked.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return List.of(TestCollector.feeding(
                        TestCollector.named("slow").families().get(0)));
            });
            try (IndicoMetrics metrics = builder.collectors(slow).build()) {
                metrics.scrape(IndicoMetricsTest::any, Duration.ofMillis(1));
                assertThat(dataSource.calls()).isEmpty();
                asked.countDown();
                metrics.collect();
                assertThat(dataSource.calls()).containsExactly("getConnection");
            }
        }

        @Test
        void beforeTheFirstScrapeThereIsNoThreadAndNoConnection() {
            try (IndicoMetrics metrics = builder.build()) {
                assertThat(metrics.status().up()).isFalse();
                assertThat(threads()).isEmpty();
                assertThat(dataSource.calls()).isEmpty();
            }
        }

        @Test
        void afterTheEndThereIsNoThread() {
            refusing();
            IndicoMetrics metrics = builder.build();
            metrics.collect();
            assertThat(threads()).isNotEmpty();
            metrics.close();
            Eventually.until("all threads are gone", () -> threads().isEmpty());
        }

        @Test
        void afterTheEndThereIsNoThreadOfATimerEither() {
            refusing();
            IndicoMetrics metrics = builder.refreshByTimer().build();
            Eventually.until("the timer has begun", () -> !dataSource.calls().isEmpty());
            metrics.close();
            Eventually.until("all threads are gone", () -> threads().isEmpty());
        }

        @Test
        void anAttemptThatHangsEndsWithTheMetrics() {
            hanging();
            IndicoMetrics metrics = builder.build();
            metrics.scrape(IndicoMetricsTest::any, Duration.ofMillis(1));
            metrics.close();
            Eventually.until("all threads are gone", () -> threads().isEmpty());
        }
    }

    @Nested
    class AfterTheEnd {
        private final IndicoMetrics metrics = builder.build();

        AfterTheEnd() {
            metrics.close();
        }

        @Test
        void aScrapeIsEmptyAndReadsNothing() {
            assertThat(metrics.collect().size()).isZero();
            assertThat(metrics.scrape(IndicoMetricsTest::any, LONG).refreshed()).isFalse();
            assertThat(metrics.collect("indico_up"::equals).size()).isZero();
            assertThat(dataSource.calls()).isEmpty();
        }

        @Test
        void warmingUpDoesNothing() {
            metrics.warmUp();
            assertThat(threads()).isEmpty();
            assertThat(dataSource.calls()).isEmpty();
        }

        @Test
        void readingOnceIsRefused() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> metrics.readOnce(null))
                    .withMessage("these metrics are closed");
        }

        @Test
        void statusAndFamiliesCanStillBeRead() {
            assertThat(metrics.status().collectors()).hasSize(3);
            assertThat(metrics.families()).isNotEmpty();
        }

        @Test
        void itCanBeClosedTwice() {
            assertThatCode(metrics::close).doesNotThrowAnyException();
        }

        @Test
        void itCanBeClosedTwiceWhileAnAttemptHangs() {
            hangingForGood();
            IndicoMetrics hung =
                    IndicoMetrics.builder(dataSource.self()).collectors(EVENTS).build();
            hung.scrape(IndicoMetricsTest::any, Duration.ofMillis(1));
            hung.close();
            hung.close();
            release();
            Eventually.until("all threads are gone", () -> threads().isEmpty());
        }
    }
}
