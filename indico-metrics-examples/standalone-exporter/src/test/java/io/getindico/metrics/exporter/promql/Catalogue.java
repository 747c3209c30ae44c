package io.getindico.metrics.exporter.promql;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.exporter.MetricsAssembly;
import io.getindico.metrics.exporter.http.OwnMetrics;
import io.getindico.metrics.exporter.settings.Settings;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an expression may name.
 *
 * @param families those of all collectors, of the engine, of the exporter, and those that Prometheus adds to a scrape
 * @param collectors all collectors
 * @param recorded the names of recording rules
 */
public record Catalogue(Map<String, MetricFamily> families, List<CollectorStatus> collectors, Set<String> recorded) {
    private static final List<MetricFamily> BY_PROMETHEUS = List.of(
            MetricFamily.gauge("up").help("Whether the scrape succeeded.").build(),
            MetricFamily.gauge("scrape_duration_seconds")
                    .unit("seconds")
                    .help("Duration of the scrape.")
                    .build(),
            MetricFamily.gauge("scrape_samples_scraped")
                    .help("Samples of the scrape.")
                    .build());

    /** Everything that this build declares. */
    public static Catalogue declared() {
        Settings settings = Settings.of(Map.of(
                "database.url",
                "jdbc:postgresql://localhost/indico",
                "extra-families",
                "*",
                "collector-metrics",
                "all"));
        try (MetricsAssembly assembly = MetricsAssembly.withoutDatabase(settings)) {
            return new Catalogue(
                    Stream.of(assembly.metrics().families(), OwnMetrics.FAMILIES, BY_PROMETHEUS)
                            .flatMap(Collection::stream)
                            .distinct()
                            .collect(toMap(MetricFamily::name, identity(), (one, same) -> one, TreeMap::new)),
                    assembly.metrics().declared().collectors(),
                    Set.of());
        }
    }

    /** The same with these recording rules. */
    public Catalogue recording(Set<String> rules) {
        return new Catalogue(families, collectors, rules);
    }

    /** The names of the collectors' families whose profile is this one. */
    public Set<String> ofProfile(Profile profile) {
        return collectors.stream()
                .flatMap(collector -> collector.families().stream())
                .filter(family -> family.profile() == profile)
                .map(MetricFamily::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The collector that declares the family; the last one if several do. */
    public CollectorStatus collectorOf(String family) {
        return collectors.stream()
                .filter(collector -> collector.families().contains(family(family)))
                .reduce((one, next) -> next)
                .orElseThrow();
    }

    /** Whether Prometheus adds all of these to a scrape. */
    boolean areByPrometheus(List<MetricFamily> selected) {
        return !selected.isEmpty() && BY_PROMETHEUS.containsAll(selected);
    }

    boolean isRecorded(String name) {
        return recorded.contains(name);
    }

    public MetricFamily family(String name) {
        MetricFamily family = families.get(name);
        if (family == null) {
            throw new IllegalArgumentException("unknown family " + name);
        }
        return family;
    }

    /** The families whose whole name matches. */
    List<MetricFamily> matching(String pattern) {
        List<MetricFamily> matching = families.values().stream()
                .filter(family -> Pattern.matches(pattern, family.name()))
                .toList();
        if (matching.isEmpty()) {
            throw new IllegalArgumentException("no family matches " + pattern);
        }
        return matching;
    }
}
