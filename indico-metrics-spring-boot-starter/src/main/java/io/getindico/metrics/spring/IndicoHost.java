package io.getindico.metrics.spring;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsGroup;
import io.getindico.metrics.api.engine.Status;
import io.getindico.metrics.micrometer.IndicoMeterBinder;
import io.getindico.metrics.spring.InstanceBuilder.Built;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Builds the metrics on a thread of its own, because that takes a second of CPU, and registers them. The service's start
 * waits for it only where a property or a bean may turn out to be wrong.
 */
final class IndicoHost implements SmartInitializingSingleton, DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(IndicoHost.class);
    private static final String PROMETHEUS_REGISTRY = "io.micrometer.prometheusmetrics.PrometheusMeterRegistry";

    private final InstanceBuilder builder;
    private final ObjectProvider<PrometheusRegistry> prometheus;
    private final ObjectProvider<MeterRegistry> meters;
    private final List<AutoCloseable> registered = new ArrayList<>();
    private CompletableFuture<Map<String, Built>> building = CompletableFuture.completedFuture(Map.of());

    /** What a health indicator shows. */
    record Health(String status, Map<String, String> details) {}

    IndicoHost(
            InstanceBuilder builder,
            ObjectProvider<PrometheusRegistry> prometheus,
            ObjectProvider<MeterRegistry> meters) {
        this.builder = builder;
        this.prometheus = prometheus;
        this.meters = meters;
        builder.check();
    }

    /** The registries are beans, which other threads must not ask for while the service starts. */
    @Override
    public void afterSingletonsInstantiated() {
        PrometheusRegistry registry = prometheus.getIfAvailable();
        List<MeterRegistry> others = meters.orderedStream()
                .filter(meterRegistry -> !(meterRegistry instanceof CompositeMeterRegistry))
                .filter(meterRegistry -> registry == null || !isPrometheus(meterRegistry))
                .toList();
        building = new CompletableFuture<>();
        Thread thread = new Thread(() -> build(registry, others), "indico-metrics-start");
        thread.setDaemon(true);
        thread.start();
        if (builder.mayRefuse()) {
            try {
                building.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
    }

    /** By name, because a service may be without the class. */
    private static boolean isPrometheus(MeterRegistry registry) {
        return registry.getClass().getName().equals(PROMETHEUS_REGISTRY);
    }

    private void build(@Nullable PrometheusRegistry registry, List<MeterRegistry> others) {
        try {
            Map<String, Built> built = builder.build(!others.isEmpty());
            try {
                register(built.values(), registry, others);
            } catch (RuntimeException | Error e) {
                close(built.values());
                throw e;
            }
            building.complete(built);
        } catch (RuntimeException | Error e) {
            building.completeExceptionally(e);
            if (!builder.mayRefuse()) {
                LOG.error("Indico's metrics could not be built", e);
            }
        }
    }

    private void register(Collection<Built> built, @Nullable PrometheusRegistry registry, List<MeterRegistry> others) {
        IndicoMetrics[] metrics = built.stream().map(Built::metrics).toArray(IndicoMetrics[]::new);
        if (registry != null) {
            if (metrics.length == 1) {
                metrics[0].register(registry);
            } else {
                registered.add(IndicoMetricsGroup.of(metrics).register(registry));
            }
        }
        for (IndicoMetrics one : metrics) {
            IndicoMeterBinder binder = new IndicoMeterBinder(one);
            others.forEach(binder::bindTo);
            one.warmUp();
        }
    }

    /** Reads memory, and asks a database that has not answered for 15 seconds whether it is there. */
    Health health() {
        Map<String, Built> built;
        try {
            built = building.getNow(Map.of());
        } catch (CompletionException e) {
            return new Health("DOWN", Map.of("indico", String.valueOf(e.getCause())));
        }
        if (built.isEmpty()) {
            return new Health("UNKNOWN", Map.of("indico", "being built"));
        }
        boolean areAllUp = true;
        boolean isAnyDown = false;
        Map<String, String> details = new TreeMap<>();
        for (Map.Entry<String, Built> instance : built.entrySet()) {
            IndicoMetrics metrics = instance.getValue().metrics();
            metrics.scrape(Predicate.isEqual("indico_up"), Duration.ZERO);
            Status status = metrics.status();
            areAllUp &= status.up();
            isAnyDown |= status.databaseError() != null;
            details.put(instance.getKey().isEmpty() ? "database" : instance.getKey(), status.databaseDetail());
        }
        String notDown = areAllUp ? "UP" : "UNKNOWN";
        return new Health(isAnyDown ? "DOWN" : notDown, details);
    }

    @Override
    public void destroy() throws Exception {
        Map<String, Built> built = building.exceptionally(e -> Map.of()).join();
        for (AutoCloseable one : registered) {
            one.close();
        }
        close(built.values());
    }

    private static void close(Collection<Built> built) {
        built.forEach(Built::close);
    }
}
