package io.getindico.metrics.exporter;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Counts the requests that were refused.
 *
 * <pre>
 * # HELP indico_exporter_rejected_requests_total Requests refused: too many at a time or too slow, too large, …
 * # TYPE indico_exporter_rejected_requests_total counter
 * indico_exporter_rejected_requests_total{reason="busy"} 0.0
 * </pre>
 */
final class RejectedRequests {
    /** The name that a scrape shows. */
    static final String NAME = "indico_exporter_rejected_requests_total";

    private static final String MODEL_NAME = "indico_exporter_rejected_requests";
    private static final String HELP =
            "Requests refused: too many at a time or too slow to arrive (busy), too large, or"
                    + " without the token (unauthorized).";

    enum Reason {
        BUSY,
        TOO_LARGE,
        UNAUTHORIZED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    private volatile CounterSnapshot snapshot;

    RejectedRequests() {
        for (Reason reason : Reason.values()) {
            counts.put(reason, 0L);
        }
        snapshot = build(counts);
    }

    synchronized void count(Reason reason) {
        counts.merge(reason, 1L, Long::sum);
        snapshot = build(counts);
    }

    static boolean isWanted(Predicate<String> names) {
        return names.test(NAME) || names.test(MODEL_NAME);
    }

    /** Returns the same object until the next request is refused. */
    CounterSnapshot snapshot() {
        return snapshot;
    }

    private static CounterSnapshot build(Map<Reason, Long> counts) {
        CounterSnapshot.Builder snapshot =
                CounterSnapshot.builder().name(MODEL_NAME).help(HELP);
        counts.forEach((reason, count) -> snapshot.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of("reason", reason.label()))
                .value(count.doubleValue())
                .build()));
        return snapshot.build();
    }
}
