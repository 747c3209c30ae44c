package io.getindico.metrics.exporter.http;

import java.util.SortedMap;

/**
 * What is served now, and to whom. A reload replaces it.
 *
 * @param targets by name; the only Indico has the name {@link #ONLY}
 * @param ofExporter the exporter's own metrics
 */
public record Served(SortedMap<String, Target> targets, MetricsPage ofExporter, Access access) {
    public static final String ONLY = "";

    /** Whether there is only one Indico, without a name. */
    boolean isSingle() {
        return targets.containsKey(ONLY);
    }

    MetricsPage metrics() {
        Target only = targets.get(ONLY);
        return only == null ? ofExporter : only.metrics();
    }

    boolean isReady() {
        return targets.values().stream().allMatch(target -> target.readiness().isReady());
    }
}
