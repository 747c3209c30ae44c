package io.getindico.metrics.collectors.hosts;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.function.Function;
import javax.sql.DataSource;

/** The life of a web application: it is seen from outside through types of the JDK only, and found by name. */
public final class DeployedHost implements Function<DataSource, String> {
    @Override
    public String apply(DataSource dataSource) {
        PrometheusRegistry registry = new PrometheusRegistry();
        try (IndicoMetrics metrics = IndicoMetrics.builder(dataSource)
                .discoverCollectors(DeployedHost.class.getClassLoader())
                .waitLimit(Duration.ofSeconds(30))
                .build()) {
            registry.register(metrics);
            return Registries.text(registry);
        }
    }
}
