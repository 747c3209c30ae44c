package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.TimeSource.Moment;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a scrape shows: the values that are not too old, and the self-metrics. Put together anew only where something
 * changed since the scrape before; the same object tells who renders it that nothing did.
 */
final class ScrapeContent {
    private final List<RegisteredCollector> collectors;
    private final Freshness freshness;
    private final SelfMetrics selfMetrics;
    private volatile @Nullable Shown last;

    /** All that the content depends on. */
    private record Basis(
            Map<String, CollectorState> states,
            List<FamilyValues> served,
            boolean isUp,
            @Nullable DatabaseError error,
            SortedMap<String, String> revisions,
            @Nullable IndicoZone zone) {}

    private record Shown(Basis basis, List<FamilyValues> families, MetricSnapshots snapshots) {}

    ScrapeContent(List<RegisteredCollector> collectors, Freshness freshness) {
        this.collectors = collectors;
        this.freshness = freshness;
        this.selfMetrics = new SelfMetrics(collectors, freshness);
    }

    /** The families that are asked for. */
    MetricSnapshots of(
            Map<String, CollectorState> states, DatabaseContact.View database, Moment now, Predicate<String> names) {
        Basis basis = new Basis(
                states,
                served(states, now),
                database.isUp(now),
                database.error(),
                database.revisions(),
                database.zone());
        Shown shown = last;
        if (shown == null || !shown.basis().equals(basis)) {
            List<FamilyValues> families = families(basis.served(), states, database, now);
            shown = new Shown(basis, families, snapshots(families));
            last = shown;
        }
        List<FamilyValues> wanted = shown.families().stream()
                .filter(values -> FamilyNames.matches(values.family(), names))
                .toList();
        return wanted.size() == shown.families().size() ? shown.snapshots() : snapshots(wanted);
    }

    /** Everything, however old. */
    MetricSnapshots whole(Map<String, CollectorState> states, DatabaseContact.View database, Moment now) {
        List<FamilyValues> values = collectors.stream()
                .flatMap(collector -> CollectorStates.of(states, collector).values().stream())
                .toList();
        return snapshots(families(values, states, database, now));
    }

    private List<FamilyValues> served(Map<String, CollectorState> states, Moment now) {
        return collectors.stream()
                .flatMap(collector -> {
                    CollectorState state = CollectorStates.of(states, collector);
                    return state.values().stream()
                            .filter(values -> freshness.isServed(
                                    collector, state, values.family().isTimeDependent(), now));
                })
                .toList();
    }

    private List<FamilyValues> families(
            List<FamilyValues> values, Map<String, CollectorState> states, DatabaseContact.View database, Moment now) {
        return Stream.concat(
                        values.stream(),
                        selfMetrics.values(states, database, now).stream()
                                .filter(self -> !self.snapshot().getDataPoints().isEmpty()))
                .toList();
    }

    private static MetricSnapshots snapshots(List<FamilyValues> families) {
        MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
        families.forEach(values -> snapshots.metricSnapshot(values.snapshot()));
        return snapshots.build();
    }
}
