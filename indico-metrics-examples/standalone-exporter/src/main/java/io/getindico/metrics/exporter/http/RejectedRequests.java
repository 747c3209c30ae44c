package io.getindico.metrics.exporter.http;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Arrays;
import java.util.Locale;

/**
 * Counts the requests that were refused.
 *
 * <pre>
 * # HELP indico_exporter_rejected_requests_total Requests refused: too many at a time or too slow, too large, …
 * # TYPE indico_exporter_rejected_requests_total counter
 * indico_exporter_rejected_requests_total{reason="busy"} 0.0
 * </pre>
 */
public final class RejectedRequests {
    static final MetricFamily FAMILY = MetricFamily.counter("indico_exporter_rejected_requests_total")
            .help("Requests refused: too many at a time or too slow to arrive (busy), too large, or"
                    + " without a right token or login (unauthorized).")
            .labels(Label.closed("reason", Reason.class))
            .build();

    public enum Reason {
        BUSY,
        TOO_LARGE,
        UNAUTHORIZED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Counter counter;

    RejectedRequests(PrometheusRegistry registry) {
        counter = Counter.builder()
                .name(FAMILY.name())
                .help(FAMILY.help())
                .labelNames("reason")
                .withoutExemplars()
                .register(registry);
        for (Reason reason : Reason.values()) {
            counter.initLabelValues(reason.label());
        }
    }

    void count(Reason reason) {
        counter.labelValues(reason.label()).inc();
    }

    /** The count of all reasons. It changes whenever a value changes. */
    public double total() {
        return Arrays.stream(Reason.values())
                .mapToDouble(reason -> counter.labelValues(reason.label()).get())
                .sum();
    }
}
