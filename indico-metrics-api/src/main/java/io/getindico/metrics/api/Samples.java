package io.getindico.metrics.api;

import org.jspecify.annotations.Nullable;

/**
 * Takes the values that a collector read. Label values follow the order of the family's labels; an enum constant stands
 * for its name in lower case, anything else for its {@code toString()}. In a closed label, null and values that were not
 * declared become {@code unknown}; in an open one, null becomes {@code unknown}, and what exceeds the bound on the number of values {@code other}.
 *
 * <p>Not thread-safe; valid only during {@link MetricCollector#collect}.
 *
 * @since 0.1.0
 */
public interface Samples {
    /**
     * Gives one series its value.
     *
     * @param family one of the collector's own families
     * @param value the value; integers are exact up to 2<sup>53</sup>
     * @param labelValues one for each label of the family
     * @throws IllegalArgumentException if the family was not declared, the number of label values is another, or the
     *     series has a value already
     */
    void set(MetricFamily family, Number value, @Nullable Object... labelValues);

    /**
     * Adds to a series, which begins at 0.
     *
     * @param family one of the collector's own families
     * @param value the amount
     * @param labelValues one for each label of the family
     * @throws IllegalArgumentException if the family was not declared or the number of label values is another
     */
    void add(MetricFamily family, Number value, @Nullable Object... labelValues);
}
