package io.getindico.metrics.exporter.http;

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
    /** The name that a scrape shows. */
    public static final String NAME = "indico_exporter_rejected_requests_total";

    private static final String HELP =
            "Requests refused: too many at a time or too slow to arrive (busy), too large, or"
                    + " without a right token or login (unauthorized).";

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
                .name(NAME)
                .help(HELP)
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
