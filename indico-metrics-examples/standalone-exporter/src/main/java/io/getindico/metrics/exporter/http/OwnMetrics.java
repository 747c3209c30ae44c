package io.getindico.metrics.exporter.http;

import io.getindico.metrics.exporter.web.LiveWebConfig;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.List;

/** The metrics of the exporter itself. They survive a reload. */
public record OwnMetrics(PrometheusRegistry registry, RejectedRequests rejected, Reloads reloads, LiveWebConfig web) {
    public static OwnMetrics of(LiveWebConfig web) {
        PrometheusRegistry registry = new PrometheusRegistry();
        web.register(registry);
        return new OwnMetrics(registry, new RejectedRequests(registry), new Reloads(registry, Clock.systemUTC()), web);
    }

    /** Differs from an earlier state if a value has changed. */
    Object state() {
        return List.of(rejected.total(), reloads.attempts(), web.expirySeconds());
    }
}
