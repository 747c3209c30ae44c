package io.getindico.metrics.exporter.http;

import io.getindico.metrics.exporter.settings.Settings;
import java.util.SortedMap;

/**
 * What is served now, and to whom. A reload replaces it.
 *
 * @param targets by name; the only Indico has the name {@link Settings#ONLY}
 * @param ofExporter the exporter's own metrics
 */
public record Served(SortedMap<String, Target> targets, MetricsPage ofExporter, Access access) {
    /** Whether there is only one Indico, without a name. */
    boolean isSingle() {
        return targets.containsKey(Settings.ONLY);
    }

    MetricsPage metrics() {
        Target only = targets.get(Settings.ONLY);
        return only == null ? ofExporter : only.metrics();
    }

    boolean isReady() {
        return targets.values().stream().allMatch(target -> target.readiness().isReady());
    }
}
