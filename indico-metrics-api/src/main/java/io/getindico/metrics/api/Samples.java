package io.getindico.metrics.api;

import org.jspecify.annotations.Nullable;

/**
 * Takes the values that a collector reads. Label values follow the order of the family's labels. An enum constant
 * becomes its name in lower case; any other value becomes its {@code toString()}. In a closed label, null and
 * undeclared values become {@code unknown}. In an open label, null becomes {@code unknown}, and values beyond the limit
 * become {@code other}.
 *
 * <p>Not thread-safe. Valid only during {@link MetricCollector#collect}.
 *
 * @since 0.1.0
 */
public interface Samples {
    /**
     * Sets the value of one series.
     *
     * @param family one of the collector's own families
     * @param value the value; integers are exact up to 2<sup>53</sup>
     * @param labelValues one for each label of the family
     * @throws IllegalArgumentException if the family is not declared, the number of label values is wrong, or the
     *     series already has a value
     */
    void set(MetricFamily family, Number value, @Nullable Object... labelValues);

    /**
     * Adds to a series, which starts at 0.
     *
     * @param family one of the collector's own families
     * @param value the amount
     * @param labelValues one for each label of the family
     * @throws IllegalArgumentException if the family is not declared or the number of label values is wrong
     */
    void add(MetricFamily family, Number value, @Nullable Object... labelValues);
}
