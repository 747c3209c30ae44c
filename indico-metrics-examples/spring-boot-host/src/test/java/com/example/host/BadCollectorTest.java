package com.example.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Samples;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever a collector does, a scrape returns the service's own metrics and those of other collectors. */
class BadCollectorTest {
    private static final MetricFamily GAUGE =
            MetricFamily.gauge("indico_bad").help("A test metric.").build();

    private static final String FAILED = "\nindico_collector_success{collector=\"bad\"} 0.0\n";
    private static final String USERS = "\nindico_num_users 1.0\n";
    private static final String HOSTS_OWN = "\njvm_threads_live_threads ";

    private static IndicoDatabase database;

    @BeforeAll
    static void createDatabase() {
        database = IndicoDatabase.create(IndicoRelease.newest());
        database.prepare();
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

    @Test
    void oneThatThrows() throws Exception {
        try (RunningHost host = start(RunningHost.LONG, (context, samples) -> {
            throw new NoClassDefFoundError("gone");
        })) {
            assertThat(host.scrape()).contains(FAILED, USERS, HOSTS_OWN).doesNotContain("\nindico_bad ");
        }
    }

    @Test
    void oneThatGivesASeriesTwice() throws Exception {
        try (RunningHost host = start(RunningHost.LONG, (context, samples) -> {
            samples.set(GAUGE, 1);
            samples.set(GAUGE, 2);
        })) {
            assertThat(host.scrape()).contains(FAILED, USERS, HOSTS_OWN).doesNotContain("\nindico_bad ");
        }
    }

    @Test
    void oneThatHangs() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        Duration waitLimit = Duration.ofMillis(500);
        try (RunningHost host = start(waitLimit, (context, samples) -> await(released))) {
            RunningHost.await("the metrics of other classes and the service's own are there", () -> {
                long start = System.nanoTime();
                String scrape = host.scrape();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(waitLimit.plusSeconds(5));
                assertThat(scrape).contains(HOSTS_OWN).doesNotContain("\nindico_bad ");
                return scrape.contains("\nindico_up 1.0\n") && scrape.contains("\nindico_num_active_events 0.0\n");
            });
            assertThat(released.getCount()).as("still hangs").isEqualTo(1);
        } finally {
            released.countDown();
        }
    }

    private static RunningHost start(Duration waitLimit, BiConsumer<CollectionContext, Samples> work) {
        return RunningHost.start(database.jdbcUrl(), database, waitLimit, new BadCollector(work));
    }

    /** Ignores interrupts, like code that hangs in a foreign library. */
    private static void await(CountDownLatch released) {
        while (released.getCount() > 0) {
            try {
                released.await();
            } catch (InterruptedException e) {
                // Keep waiting.
            }
        }
    }

    private record BadCollector(BiConsumer<CollectionContext, Samples> work) implements MetricCollector {
        @Override
        public String name() {
            return "bad";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(GAUGE);
        }

        @Override
        public void collect(CollectionContext context, Samples samples) {
            work.accept(context, samples);
        }
    }
}
