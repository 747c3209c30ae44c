package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricFamily;
import java.time.Instant;
import java.util.List;

/**
 * Takes the values of a history, in the order of time.
 *
 * @since 0.1.0
 */
public interface HistorySink {
    /** The values begin. If this is called again, the engine repeats the query: forget the values so far. */
    void begin();

    /**
     * Takes one value.
     *
     * @param family one of the families of the history
     * @param at the instant of the value; each series gets its values in ascending order
     * @param labelValues one for each label of the family
     * @param value the value
     */
    void take(MetricFamily family, Instant at, List<String> labelValues, double value);
}
