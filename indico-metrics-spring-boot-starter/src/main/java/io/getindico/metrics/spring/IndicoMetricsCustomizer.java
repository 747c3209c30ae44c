package io.getindico.metrics.spring;

import io.getindico.metrics.api.engine.IndicoMetricsBuilder;

/**
 * A bean of this type changes what no property changes, such as a query budget.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface IndicoMetricsCustomizer {
    /**
     * Runs after the properties were applied, on a thread of its own while the service starts. An exception stops the
     * start.
     *
     * @param instance the name of the instance, or empty if there is just one
     * @param builder builds the metrics of this instance
     */
    void customize(String instance, IndicoMetricsBuilder builder);
}
