package io.getindico.metrics.collectors.hosts;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import javax.sql.DataSource;

/** A service with only the code that the README shows. */
record PlainJavaHost(DataSource dataSource, PrometheusRegistry registry, Runnable service) {
    void run() {
        // README begins
        IndicoMetrics metrics =
                IndicoMetrics.builder(dataSource).discoverCollectors().build();
        metrics.register(registry); // io.prometheus.metrics.model.registry.PrometheusRegistry
        service.run();
        metrics.close(); // unregisters them; none of our threads and connections remain
        // README ends
    }
}
