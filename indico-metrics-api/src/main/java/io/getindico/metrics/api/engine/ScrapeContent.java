package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The content of a scrape: the values that are not too old, and the self-metrics. It is rebuilt only if something has
 * changed since the last scrape, so a renderer that sees the same object knows that nothing has changed.
 */
final class ScrapeContent {
    private final CollectorCatalog collectors;
    private final QueryCatalog queries;
    private final EngineSettings settings;
    private volatile @Nullable Shown last;

    /** Everything that the content depends on. */
    private record Basis(
            Map<RegisteredQuery, QueryState> states,
            List<FamilyValues> served,
            boolean isUp,
            @Nullable DatabaseError error,
            SortedMap<String, String> revisions,
            @Nullable IndicoZone zone) {}

    private record Shown(Basis basis, List<FamilyValues> families, MetricSnapshots snapshots) {}

    ScrapeContent(CollectorCatalog collectors, QueryCatalog queries, EngineSettings settings) {
        this.collectors = collectors;
        this.queries = queries;
        this.settings = settings;
    }

    /** Returns the requested families. */
    MetricSnapshots of(EngineState state, Predicate<String> names) {
        DatabaseContact.View database = state.database();
        Basis basis = new Basis(
                state.queries(), served(state), state.isUp(), database.error(), database.revisions(), database.zone());
        Shown shown = last;
        if (shown == null || !shown.basis().equals(basis)) {
            List<FamilyValues> families = families(basis.served(), state);
            shown = new Shown(basis, families, snapshots(families));
            last = shown;
        }
        List<FamilyValues> wanted = shown.families().stream()
                .filter(values -> FamilyNames.matches(values.family(), names))
                .toList();
        return wanted.size() == shown.families().size() ? shown.snapshots() : snapshots(wanted);
    }

    /** Returns all values, regardless of their age. */
    MetricSnapshots whole(EngineState state) {
        return snapshots(families(parts((query, family) -> state.of(query).lastSuccess() != null, state), state));
    }

    private List<FamilyValues> served(EngineState state) {
        Freshness freshness = Freshness.of(settings, state.queries());
        return parts(
                (query, family) -> freshness.isServed(query, state.of(query), family.isTimeDependent(), state.now()),
                state);
    }

    /**
     * Returns the parts that may be shown. A family is left out if it would look complete although a part is missing.
     */
    private List<FamilyValues> parts(BiPredicate<RegisteredQuery, MetricFamily> isServed, EngineState state) {
        List<FamilyValues> parts = new ArrayList<>();
        for (MetricFamily family : collectors.collectedFamilies()) {
            List<RegisteredQuery> feeding = queries.feeding(family);
            List<RegisteredQuery> served = feeding.stream()
                    .filter(query -> isServed.test(query, family))
                    .toList();
            if (served.size() == feeding.size() || queries.hasSeparateParts(family)) {
                served.forEach(query -> state.of(query).values().stream()
                        .filter(values -> values.family().equals(family))
                        .forEach(parts::add));
            }
        }
        return parts;
    }

    private List<FamilyValues> families(List<FamilyValues> parts, EngineState state) {
        List<FamilyValues> self = SelfMetrics.values(
                statuses(state.queries()), state.database(), state.now(), settings.allCollectorMetrics());
        return Stream.concat(
                        merged(parts).stream(),
                        self.stream().filter(values -> !values.series().isEmpty()))
                .map(this::labelled)
                .toList();
    }

    /** Adds the labels of this instance, which distinguish it from others in the same registry. */
    private FamilyValues labelled(FamilyValues values) {
        Labels instanceLabels = settings.labels();
        return instanceLabels.isEmpty() ? values : FamilyValues.of(values.family(), values.series(), instanceLabels);
    }

    private List<FamilyValues> merged(List<FamilyValues> parts) {
        Map<MetricFamily, FamilyValues> merged = new LinkedHashMap<>();
        for (FamilyValues part : parts) {
            merged.merge(part.family(), part, this::merged);
        }
        return List.copyOf(merged.values());
    }

    private FamilyValues merged(FamilyValues one, FamilyValues other) {
        MetricFamily family = one.family();
        Map<List<String>, Double> series = new LinkedHashMap<>(one.series());
        other.series()
                .forEach((labels, value) -> series.merge(
                        labels,
                        value,
                        queries.feeding(family).get(0).part(family).value()::merge));
        return FamilyValues.of(family, series);
    }

    /** Returns the status of each collector. */
    List<CollectorStatus> statuses(Map<RegisteredQuery, QueryState> states) {
        Freshness freshness = Freshness.of(settings, states);
        return collectors.all().stream()
                .map(collector -> new CollectorStatus(
                        collector,
                        queries.of(collector).stream()
                                .map(query ->
                                        new CollectorStatus.Query(query, QueryStates.of(states, query), freshness))
                                .toList(),
                        settings.ttl(collector.name(), collector.refreshClass())))
                .toList();
    }

    private static MetricSnapshots snapshots(List<FamilyValues> families) {
        MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
        families.forEach(values -> snapshots.metricSnapshot(values.snapshot()));
        return snapshots.build();
    }
}
