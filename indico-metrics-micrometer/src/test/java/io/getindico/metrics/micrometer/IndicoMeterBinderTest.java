package io.getindico.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IndicoMeterBinderTest {
    private final ChangingCollector collector = new ChangingCollector();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final IndicoMetrics metrics = builder().build();
    private final IndicoMeterBinder binder = new IndicoMeterBinder(metrics);

    private IndicoMetricsBuilder builder() {
        return builder(new NoDatabase(), collector);
    }

    private static IndicoMetricsBuilder builder(NoDatabase database, ChangingCollector collector) {
        return IndicoMetrics.builder(database.dataSource())
                .collectors(collector)
                .ttl(RefreshClass.STANDARD, Duration.ofNanos(1))
                .maxAge(Duration.ofMinutes(5))
                .refreshByTimer();
    }

    @AfterEach
    void close() {
        binder.close();
        metrics.close();
    }

    @Test
    void seriesAppearChangeAndVanish() throws Exception {
        collector.series = Map.of("a", 1, "b", 2);
        binder.bindTo(registry);
        awaitSeries(Map.of("a", 1.0, "b", 2.0));
        collector.series = Map.of("b", 3, "c", 0);
        awaitSeries(Map.of("b", 3.0, "c", 0.0));
    }

    @Test
    void theMetricsAboutTheCollectorsAreThereToo() throws Exception {
        binder.bindTo(registry);
        Await.until("the database is reported as away", () -> Objects.equals(value("indico.up"), 0.0));
        assertThat(registry.get("indico.database.error")
                        .tag("reason", "unreachable")
                        .gauge()
                        .value())
                .isEqualTo(1);
        Await.until("it was tried", () -> Objects.equals(value("indico.collector.success"), 1.0));
        assertThat(registry.get("indico.collector.failures").functionCounter().count())
                .isZero();
        assertThat(registry.get("indico.metrics.build.info").gauge().value()).isEqualTo(1);
        assertThat(registry.get("indico.collector.ttl.seconds").gauge().getId().getBaseUnit())
                .isEqualTo("seconds");
    }

    @Test
    void aValueThatCannotBeReadIsAbsent() throws Exception {
        collector.series = Map.of("a", -1);
        binder.bindTo(registry);
        Await.until("it failed", () -> Objects.equals(value("indico.collector.success"), 0.0));
        assertThat(series()).isEmpty();
        assertThat(registry.find("indico.collector.last.success.timestamp.seconds")
                        .meters())
                .isEmpty();
        assertThat(registry.getMeters())
                .allSatisfy(meter -> assertThat(meter.measure())
                        .allSatisfy(measurement ->
                                assertThat(measurement.getValue()).isNotNaN()));
    }

    @Test
    void readingTheRegistryNeverWaitsAndReadsMemoryOnly() throws Exception {
        NoDatabase database = new NoDatabase();
        database.gate.shut();
        ChangingCollector itsCollector = new ChangingCollector();
        itsCollector.series = Map.of("a", 1);
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try (IndicoMetrics stuck = builder(database, itsCollector).build();
                IndicoMeterBinder itsBinder = new IndicoMeterBinder(stuck)) {
            try {
                itsBinder.bindTo(registry);
                Await.until("its value is there", () -> series().equals(Map.of("a", 1.0)));
                itsCollector.gate.shut();
                Await.until("both are stuck", () -> database.gate.isAnyWaiting() && itsCollector.gate.isAnyWaiting());
                Thread thread = reader.submit(this::readThousandTimes).get(30, TimeUnit.SECONDS);
                assertThat(database.gate.threads()).isNotEmpty().doesNotContain(thread);
                assertThat(itsCollector.gate.threads()).isNotEmpty().doesNotContain(thread);
            } finally {
                database.gate.open();
                itsCollector.gate.open();
                reader.shutdownNow();
            }
        }
    }

    private Thread readThousandTimes() {
        for (int i = 0; i < 1000; i++) {
            registry.getMeters().forEach(meter -> meter.measure().forEach(Measurement::getValue));
        }
        return Thread.currentThread();
    }

    @Test
    void tenThousandRefreshesLeaveNoMeterBehind() throws Exception {
        collector.series = Map.of("n0", 0);
        binder.bindTo(registry);
        awaitSeries(Map.of("n0", 0.0));
        Await.until("all others are there", () -> value("indico.collector.duration.seconds") != null);
        int meters = registry.getMeters().size();
        for (int i = 1; collector.runs() < 10_000; i++) {
            collector.series = Map.of("n" + i, i);
            int before = collector.runs();
            metrics.warmUp();
            while (collector.runs() == before) {
                Thread.onSpinWait();
                metrics.warmUp();
            }
        }
        collector.series = Map.of("last", 1);
        awaitSeries(Map.of("last", 1.0));
        assertThat(registry.getMeters()).hasSize(meters);
        binder.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void closingTheBinderRemovesItsMetersAndNoOthers() throws Exception {
        registry.counter("the.hosts.own");
        collector.series = Map.of("a", 1);
        binder.bindTo(registry);
        awaitSeries(Map.of("a", 1.0));
        binder.close();
        assertThat(registry.getMeters()).map(meter -> meter.getId().getName()).containsExactly("the.hosts.own");
        int runs = collector.runs();
        Await.until("the metrics go on", () -> collector.runs() > runs);
        assertThat(registry.getMeters()).hasSize(1);
        assertThatThrownBy(() -> binder.bindTo(registry)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingTheMetricsRemovesTheMeters() throws Exception {
        collector.series = Map.of("a", 1);
        binder.bindTo(registry);
        awaitSeries(Map.of("a", 1.0));
        metrics.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void severalRegistriesGetThem() throws Exception {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        binder.bindTo(registry);
        binder.bindTo(other);
        Await.until(
                "both have them",
                () -> registry.getMeters().size() > 10
                        && registry.getMeters().size() == other.getMeters().size());
        binder.close();
        assertThat(other.getMeters()).isEmpty();
    }

    @Test
    void filtersOfTheRegistryApply() throws Exception {
        registry.config().commonTags("stack", "test").meterFilter(MeterFilter.denyNameStartsWith("indico.collector"));
        collector.series = Map.of("a", 1);
        binder.bindTo(registry);
        awaitSeries(Map.of("a", 1.0));
        assertThat(registry.getMeters())
                .allSatisfy(meter -> assertThat(meter.getId().getTag("stack")).isEqualTo("test"));
        assertThat(registry.find("indico.collector.success").meters()).isEmpty();
        binder.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void twoIndicosAreToldApartByALabel() throws Exception {
        ChangingCollector other = new ChangingCollector();
        other.series = Map.of("a", 2);
        collector.series = Map.of("a", 1);
        try (IndicoMetrics geneva = builder().label("instance_name", "geneva").build();
                IndicoMetrics vienna = IndicoMetrics.builder(new NoDatabase().dataSource())
                        .collectors(other)
                        .refreshByTimer()
                        .label("instance_name", "vienna")
                        .build()) {
            IndicoMeterBinder second = new IndicoMeterBinder(vienna);
            new IndicoMeterBinder(geneva).bindTo(registry);
            second.bindTo(registry);
            Await.until(
                    "both are there",
                    () -> registry.find("indico.changing").gauges().size() == 2);
            assertThat(registry.get("indico.changing")
                            .tag("instance_name", "vienna")
                            .gauge()
                            .value())
                    .isEqualTo(2);
            second.close();
            assertThat(registry.get("indico.changing").gauge().value()).isEqualTo(1);
        }
    }

    /** Without labels, the second Indico's meters are the first's. */
    @Test
    void aMeterOfSomebodyElseStays() throws Exception {
        Gauge own = Gauge.builder("indico.up", () -> 7).register(registry);
        binder.bindTo(registry);
        Await.until("the others are there", () -> value("indico.series.limit") != null);
        binder.close();
        assertThat(registry.getMeters()).map(Meter::getId).containsExactly(own.getId());
    }

    @Test
    void itNeedsTheTimer() {
        try (IndicoMetrics untimed = IndicoMetrics.builder(new NoDatabase().dataSource())
                .collectors(collector)
                .build()) {
            IndicoMeterBinder unbound = new IndicoMeterBinder(untimed);
            assertThatThrownBy(() -> unbound.bindTo(registry))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("refreshByTimer()");
        }
    }

    private @Nullable Double value(String name) {
        Gauge gauge = registry.find(name).gauge();
        return gauge == null ? null : gauge.value();
    }

    private Map<String, Double> series() {
        Map<String, Double> series = new TreeMap<>();
        List.copyOf(registry.find("indico.changing").gauges())
                .forEach(
                        gauge -> series.put(Objects.requireNonNull(gauge.getId().getTag("kind")), gauge.value()));
        return series;
    }

    private void awaitSeries(Map<String, Double> expected) throws InterruptedException {
        Await.until("series " + expected, () -> {
            metrics.warmUp();
            return series().equals(expected);
        });
    }
}
