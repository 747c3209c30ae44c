package io.getindico.metrics.exporter.http;

import io.getindico.metrics.exporter.settings.Settings;
import java.util.SortedMap;
import java.util.TreeMap;

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

    /** All that is served, by the name of the Indico. What {@code /metrics} shows has the name {@link Settings#ONLY}. */
    public SortedMap<String, MetricsPage> pages() {
        SortedMap<String, MetricsPage> pages = new TreeMap<>();
        targets.forEach((name, target) -> pages.put(name, target.metrics()));
        pages.put(Settings.ONLY, metrics());
        return pages;
    }

    boolean isReady() {
        return targets.values().stream().allMatch(target -> target.readiness().isReady());
    }
}
