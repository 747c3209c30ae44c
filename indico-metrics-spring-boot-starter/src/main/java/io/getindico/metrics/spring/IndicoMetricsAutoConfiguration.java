package io.getindico.metrics.spring;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsGroup;
import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Reads Indico's metrics from the database that {@code indico.metrics.url} names, through a pool of its own that is no
 * bean. They appear in the service's registry: the one of the Prometheus client, and every registry of Micrometer that
 * does not show that one. It does nothing if the service has a bean of {@link IndicoMetrics} or
 * {@link IndicoMetricsGroup}.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnProperty(name = "indico.metrics.enabled", matchIfMissing = true)
@ConditionalOnMissingBean({IndicoMetrics.class, IndicoMetricsGroup.class})
@EnableConfigurationProperties(IndicoMetricsProperties.class)
@Import({ActuatorHealthConfiguration.class, HealthConfiguration.class})
public final class IndicoMetricsAutoConfiguration {
    /** Creates the configuration. */
    public IndicoMetricsAutoConfiguration() {}

    @Bean
    IndicoHost indicoMetricsHost(
            IndicoMetricsProperties properties,
            ObjectProvider<MetricCollector> collectors,
            ObjectProvider<IndicoMetricsCustomizer> customizers,
            ObjectProvider<PrometheusRegistry> prometheus,
            ObjectProvider<MeterRegistry> meters) {
        return new IndicoHost(
                new InstanceBuilder(
                        properties,
                        collectors.orderedStream().toList(),
                        customizers.orderedStream().toList()),
                prometheus,
                meters);
    }
}
