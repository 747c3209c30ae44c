package io.getindico.metrics.micrometer;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows Indico's metrics in any {@link MeterRegistry}: those that a scrape would show, including the metrics about the
 * collectors. It is for hosts whose registry is not the Prometheus client's; with that client,
 * {@link IndicoMetrics#register} needs no meters.
 *
 * <pre>{@code
 * IndicoMetrics metrics = IndicoMetrics.builder(dataSource).discoverCollectors().refreshByTimer().build();
 * IndicoMeterBinder binder = new IndicoMeterBinder(metrics);
 * binder.bindTo(registry);
 * }</pre>
 *
 * <p>Each series is a meter. It appears after the refresh that first has it, and is removed when a scrape would no
 * longer show it, so no meter is 0 or NaN because a value could not be read. A registry reads memory only; the timer of
 * the engine refreshes. Names have dots in place of underscores, as Micrometer wants them, such as
 * {@code indico.num.users}, and each registry writes them in its own way; Prometheus gets the names of the catalogue.
 * Gauges become gauges, counters become function counters, and info metrics become gauges of the value 1.
 *
 * <p>Several Indicos each have a binder, and a label of their own from
 * {@link io.getindico.metrics.api.engine.IndicoMetricsBuilder#label}. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class IndicoMeterBinder implements MeterBinder, AutoCloseable {
    private final IndicoMetrics metrics;
    private final List<BoundMeters> bound = new ArrayList<>();
    private boolean closed;

    /**
     * Creates a binder.
     *
     * @param metrics built with {@link io.getindico.metrics.api.engine.IndicoMetricsBuilder#refreshByTimer}; they belong to
     *     the host, which closes them. When it does, the meters are removed
     */
    public IndicoMeterBinder(IndicoMetrics metrics) {
        this.metrics = metrics;
    }

    /**
     * Adds the meters to a registry. Returns at once; the meters appear when the database was tried for the first time.
     * A meter that the registry already has is left as it is, and a warning is logged.
     *
     * @param registry the registry; there may be several
     * @throws IllegalStateException if the metrics have no timer, or they or this binder are closed
     */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (closed) {
            throw new IllegalStateException("this binder is closed");
        }
        bound.add(BoundMeters.of(metrics, registry));
    }

    /** Removes the meters from all registries. The metrics stay open. */
    @Override
    public synchronized void close() {
        closed = true;
        bound.forEach(BoundMeters::close);
        bound.clear();
    }
}
