package io.getindico.metrics.exporter.http;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.exporter.web.LiveWebConfig;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.List;

/** The metrics of the exporter itself. They survive a reload. */
public record OwnMetrics(
        PrometheusRegistry registry,
        RejectedRequests rejected,
        Reloads reloads,
        FailedPushes failedPushes,
        LiveWebConfig web,
        boolean hasProcessMetrics) {
    /** Those that it may show, except for the metrics of the process. */
    public static final List<MetricFamily> FAMILIES = List.of(
            RejectedRequests.FAMILY,
            Reloads.SUCCESSFUL,
            Reloads.SUCCESS_TIMESTAMP,
            FailedPushes.FAMILY,
            LiveWebConfig.EXPIRY);

    /** How the names of the metrics of the process begin. They may change with the version of Java. */
    public static final List<String> OF_PROCESS = List.of("jvm_", "process_");

    public static OwnMetrics of(LiveWebConfig web, boolean hasProcessMetrics) {
        PrometheusRegistry registry = new PrometheusRegistry();
        web.register(registry);
        if (hasProcessMetrics) {
            JvmMetrics.builder().register(registry);
        }
        return new OwnMetrics(
                registry,
                new RejectedRequests(registry),
                new Reloads(registry, Clock.systemUTC()),
                new FailedPushes(registry),
                web,
                hasProcessMetrics);
    }

    /** Differs from an earlier state if a value has changed. The metrics of the process change all the time. */
    Object state() {
        return List.of(
                rejected.total(),
                reloads.attempts(),
                failedPushes.state(),
                web.expirySeconds(),
                hasProcessMetrics ? System.nanoTime() : 0L);
    }
}
