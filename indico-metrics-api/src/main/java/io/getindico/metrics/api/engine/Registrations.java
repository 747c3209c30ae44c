package io.getindico.metrics.api.engine;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;

/** The registries that a collector of ours is in, so that it can leave them when it closes. */
final class Registrations {
    private final MultiCollector collector;
    private final List<PrometheusRegistry> registries = new ArrayList<>();
    private boolean closed;

    Registrations(MultiCollector collector) {
        this.collector = collector;
    }

    synchronized void add(PrometheusRegistry registry) {
        if (closed) {
            throw new IllegalStateException("these metrics are closed");
        }
        try {
            registry.register(collector);
        } catch (IllegalArgumentException | IllegalStateException e) {
            // The one or the other, by the version of the client.
            throw new IllegalArgumentException(
                    e.getMessage()
                            + "; first close the metrics that have the name, or put two Indicos together by"
                            + " IndicoMetricsGroup",
                    e);
        }
        registries.add(registry);
    }

    synchronized void close() {
        closed = true;
        registries.forEach(registry -> registry.unregister(collector));
        registries.clear();
    }
}
