package io.getindico.metrics.exporter.http;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;

/** The metrics of the exporter itself. They survive a reload. */
public record OwnMetrics(PrometheusRegistry registry, RejectedRequests rejected, Reloads reloads) {
    public static OwnMetrics create() {
        PrometheusRegistry registry = new PrometheusRegistry();
        return new OwnMetrics(registry, new RejectedRequests(registry), new Reloads(registry, Clock.systemUTC()));
    }

    /** A number that changes whenever a value changes. */
    double changes() {
        return rejected.total() + reloads.attempts();
    }
}
