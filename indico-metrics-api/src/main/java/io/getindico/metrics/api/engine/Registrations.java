package io.getindico.metrics.api.engine;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;

/** The registries that hold our collector, so that it can unregister when it closes. */
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
            // The type of exception depends on the version of the client.
            throw new IllegalArgumentException(
                    e.getMessage()
                            + "; first close the metrics that use the name, or combine several Indicos with"
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
