package io.getindico.metrics.testing.engine;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Prepares a database for each test class, or for a test that changes it, and closes the engines of each test. */
abstract class EngineTest {
    /** Longer than anything here takes, so that it is never the reason. */
    static final Duration LONG = Duration.ofSeconds(30);

    private static @Nullable IndicoDatabase common;

    final ManualClock clock = new ManualClock();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private IndicoDatabase database = Objects.requireNonNull(common);

    @BeforeAll
    static void createDatabase() {
        common = prepared(IndicoRelease.newest());
    }

    @AfterAll
    static void dropDatabase() {
        Objects.requireNonNull(common).close();
    }

    private static IndicoDatabase prepared(IndicoRelease release) {
        IndicoDatabase created = IndicoDatabase.create(release);
        created.prepare();
        return created;
    }

    @AfterEach
    final void leaveNothingBehind() throws Exception {
        try {
            while (!open.isEmpty()) {
                open.pop().close();
            }
            Await.until("no thread is left", () -> threads().isEmpty());
        } finally {
            if (database != common) {
                database.close();
            }
        }
    }

    /** The common database, to be left as it is. */
    final IndicoDatabase database() {
        return database;
    }

    /** Gives the test its own database from now on, which it may change as it likes. */
    final IndicoDatabase ownDatabase() {
        database = prepared(IndicoRelease.newest());
        return database;
    }

    final Sessions sessions() {
        return new Sessions(database);
    }

    static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("indico-metrics-worker") || name.startsWith("indico-metrics-timer"))
                .toList();
    }

    /** An engine on the manual clock that exports all metrics of its collectors. Its limits suit a busy machine. */
    final IndicoMetricsBuilder engine(MetricCollector... collectors) {
        return engine(database.dataSource(), collectors);
    }

    final IndicoMetricsBuilder engine(DataSource dataSource, MetricCollector... collectors) {
        return IndicoMetrics.builder(dataSource)
                .collectors(collectors)
                .clock(clock)
                .waitLimit(LONG)
                .allCollectorMetrics(true)
                .queryBudget(RefreshClass.LIVE, Duration.ofSeconds(10));
    }

    /** Builds; after the test it is closed, and must leave no session. */
    final IndicoMetrics open(IndicoMetricsBuilder builder) {
        IndicoMetrics metrics = builder.build();
        open.push(() -> {
            metrics.close();
            Await.until("no session is left", () -> sessions().count() == 0);
        });
        return metrics;
    }

    final IndicoMetrics open(MetricCollector... collectors) {
        return open(engine(collectors));
    }

    /** Closes it after the test, before what was opened earlier. */
    final <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    /** Loads the classes that a refresh needs, for tests whose budget is too short for that. */
    final void warmUp() {
        scrape(open(TestCollector.sql("warm_up", "SELECT 1")));
    }

    static Exposition scrape(IndicoMetrics metrics) {
        return Exposition.of(metrics.collect());
    }

    static Exposition scrape(IndicoMetrics metrics, String... names) {
        return Exposition.of(metrics.scrape(List.of(names)::contains, LONG).metrics());
    }

    /** A scrape that does not wait. */
    static Exposition glance(IndicoMetrics metrics) {
        return Exposition.of(metrics.scrape(name -> true, Duration.ofMillis(1)).metrics());
    }
}
