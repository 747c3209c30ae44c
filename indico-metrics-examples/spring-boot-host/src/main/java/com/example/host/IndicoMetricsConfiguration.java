package com.example.host;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Registers Indico's metrics in the registry that {@code /actuator/prometheus} serves. */
@Configuration(proxyBeanMethods = false)
class IndicoMetricsConfiguration {
    /**
     * Spring closes the metrics with the context, before the data source. Closing removes them from the registry.
     * Collectors may also be beans of this service.
     */
    @Bean
    IndicoMetrics indicoMetrics(
            DataSource dataSource,
            PrometheusRegistry registry,
            ObjectProvider<MetricCollector> beans,
            @Value("${indico.wait-limit:4s}") Duration waitLimit) {
        return IndicoMetrics.builder(dataSource)
                .discoverCollectors()
                .collectors(beans.orderedStream().toList())
                .waitLimit(waitLimit)
                .build()
                .register(registry);
    }
}
