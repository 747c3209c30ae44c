package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsGroup;
import io.getindico.metrics.api.engine.Scrape;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

/** Nothing is static: several in one JVM do not know of each other. */
class InstancesTest extends EngineTest {
    @Test
    void twoReadTheirOwnDatabasesAndClosingOneDoesNotStopTheOther() {
        IndicoDatabase other = closing(IndicoDatabase.create(IndicoRelease.newest()));
        other.prepare();
        other.dsl().execute("UPDATE users.users SET is_system = false");
        IndicoMetrics first = open(systemUsers());
        IndicoMetrics second = open(engine(other.dataSource(), systemUsers()));
        assertThat(scrape(first).value("test_system_users")).isEqualTo(1);
        assertThat(scrape(second).value("test_system_users")).isZero();

        first.close();
        clock.advance(Duration.ofSeconds(285));
        assertThat(scrape(first).text()).isEmpty();
        Exposition after = scrape(second);
        assertThat(after.isUp()).isTrue();
        assertThat(after.success("system_users")).isEqualTo(1);

        second.close();
        Await.until("no session is left", () -> new Sessions(other).count() == 0);
    }

    @Test
    void aLabelDistinguishesTwoInOneRegistry() {
        IndicoDatabase other = closing(IndicoDatabase.create(IndicoRelease.newest()));
        other.prepare();
        other.dsl().execute("UPDATE users.users SET is_system = false");
        PrometheusRegistry registry = new PrometheusRegistry();
        IndicoMetricsGroup both = closing(IndicoMetricsGroup.of(
                        engine(systemUsers(), mails("geneva"))
                                .label("instance_name", "geneva")
                                .build(),
                        engine(other.dataSource(), systemUsers(), mails("vienna"))
                                .label("instance_name", "vienna")
                                .build()))
                .register(registry);
        Exposition scrape = Exposition.of(registry.scrape());
        assertThat(scrape.value("test_system_users{instance_name=\"geneva\"}")).isEqualTo(1);
        assertThat(scrape.value("test_system_users{instance_name=\"vienna\"}")).isZero();
        assertThat(scrape.family("indico_up"))
                .containsOnly(
                        Map.entry("indico_up{instance_name=\"geneva\"}", 1.0),
                        Map.entry("indico_up{instance_name=\"vienna\"}", 1.0));
        assertThat(scrape.text().lines().filter(line -> !line.startsWith("#")))
                .allMatch(
                        line -> line.contains("instance_name=\"geneva\"") || line.contains("instance_name=\"vienna\""));
        assertThat(scrape.text()).contains("""
                # HELP test_mails_total Mails.
                # TYPE test_mails_total counter
                test_mails_total{folder="geneva",instance_name="geneva"} 5.0
                test_mails_total{folder="vienna",instance_name="vienna"} 5.0
                """);
        assertThat(scrape.family("indico_schema_info")).hasSize(4);
        both.close();
        Await.until("no session is left", () -> sessions().count() == 0 && new Sessions(other).count() == 0);
    }

    /** One after the other, the first would wait for the second in vain. */
    @Test
    void theRefreshesOfAGroupRunAtTheSameTime() {
        CyclicBarrier barrier = new CyclicBarrier(2);
        IndicoMetricsGroup both = closing(IndicoMetricsGroup.of(
                engine(meeting(barrier)).label("instance_name", "geneva").build(),
                engine(meeting(barrier)).label("instance_name", "vienna").build()));
        Scrape scrape = both.scrape("test_meeting"::equals, LONG);
        assertThat(scrape.refreshed()).isTrue();
        assertThat(Exposition.of(scrape.metrics()).family("test_meeting")).hasSize(2);
    }

    @Test
    void aGroupWaitsNoLongerThanOneOfItsMembers() {
        Gate gate = new Gate(database().dataSource());
        gate.shut();
        IndicoMetricsGroup both = closing(IndicoMetricsGroup.of(
                engine(gate, systemUsers())
                        .waitLimit(Duration.ofSeconds(2))
                        .label("instance_name", "geneva")
                        .build(),
                engine(gate, systemUsers()).label("instance_name", "vienna").build()));
        long start = System.nanoTime();
        Exposition scrape = Exposition.of(both.collect());
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofSeconds(2), Duration.ofMillis(3500));
        assertThat(scrape.family("indico_up")).hasSize(2);
        gate.open();
    }

    /** A host may forget to take it out. */
    @Test
    void aRegistryThatOutlivesTheMetricsHoldsNothingOfThem() {
        PrometheusRegistry registry = new PrometheusRegistry();
        List<WeakReference<?>> used = useAndClose(registry);
        Await.until("all of it is collected", () -> {
            System.gc();
            return used.stream().allMatch(reference -> reference.refersTo(null));
        });
        assertThat(registry.scrape().size()).isZero();
    }

    private List<WeakReference<?>> useAndClose(PrometheusRegistry registry) {
        CountingDataSource dataSource = new CountingDataSource(database().dataSource());
        TestCollector collector = systemUsers();
        IndicoMetrics metrics = engine(dataSource, collector).build();
        registry.register(metrics);
        MetricSnapshots scraped = registry.scrape();
        MetricSnapshot users = scraped.stream()
                .filter(snapshot -> snapshot.getMetadata().getName().equals("test_system_users"))
                .findFirst()
                .orElseThrow();
        metrics.close();
        return List.of(new WeakReference<>(dataSource), new WeakReference<>(collector), new WeakReference<>(users));
    }

    private static TestCollector mails(String folder) {
        Label label = Label.open("folder");
        MetricFamily mails = MetricFamily.counter("test_mails_total")
                .help("Mails.")
                .labels(label)
                .build();
        return TestCollector.of(
                "mails",
                mails,
                context -> List.of(
                        FamilyQuery.withoutFrom().constant(label, folder).value(mails, Value.scalar(DSL.inline(5)))));
    }

    private static TestCollector meeting(CyclicBarrier barrier) {
        return TestCollector.gauge("meeting", context -> {
            barrier.await(20, TimeUnit.SECONDS);
            return 1;
        });
    }

    private static TestCollector systemUsers() {
        return TestCollector.sql("system_users", "SELECT count(*) FROM users.users WHERE is_system");
    }
}
