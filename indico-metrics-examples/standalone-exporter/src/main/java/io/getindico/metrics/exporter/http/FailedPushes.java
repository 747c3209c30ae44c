package io.getindico.metrics.exporter.http;

import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Counts the pushes that failed. It is shown while the exporter pushes. */
public final class FailedPushes {
    static final MetricFamily FAMILY = MetricFamily.counter("indico_exporter_otlp_failed_pushes_total")
            .help("Pushes by OTLP that the receiver did not take.")
            .build();

    private final Counter counter = Counter.builder()
            .name(FAMILY.name())
            .help(FAMILY.help())
            .withoutExemplars()
            .build();

    private final PrometheusRegistry registry;
    private volatile boolean isShown;

    FailedPushes(PrometheusRegistry registry) {
        this.registry = registry;
    }

    /** Shows the counter, or no longer. One thread may call this. */
    public void show(boolean isOn) {
        if (isOn && !isShown) {
            registry.register(counter);
        } else if (!isOn && isShown) {
            registry.unregister(counter);
        }
        isShown = isOn;
    }

    public void count(int failures) {
        counter.inc(failures);
    }

    /** Differs from an earlier state if a scrape shows something else. */
    Object state() {
        return isShown ? counter.get() : "hidden";
    }
}
