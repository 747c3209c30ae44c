package io.getindico.metrics.exporter.dashboards;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.exporter.MetricsAssembly;
import io.getindico.metrics.exporter.http.RejectedRequests;
import io.getindico.metrics.exporter.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The families that an expression may name, with their labels.
 *
 * @param families the families of all collectors, the engine and the exporter, and those that Prometheus adds to a
 *     scrape
 * @param ofCollectors the names of the collectors' families, by profile
 */
record Catalogue(Map<String, MetricFamily> families, Map<Profile, Set<String>> ofCollectors) {
    private static final List<MetricFamily> ADDED = List.of(
            MetricFamily.counter(RejectedRequests.NAME)
                    .help("Requests refused.")
                    .labels(Label.closed("reason", RejectedRequests.Reason.class))
                    .build(),
            MetricFamily.gauge("up").help("Whether the scrape succeeded.").build(),
            MetricFamily.gauge("scrape_duration_seconds")
                    .unit("seconds")
                    .help("Duration of the scrape.")
                    .build(),
            MetricFamily.gauge("scrape_samples_scraped")
                    .help("Samples of the scrape.")
                    .build());

    /** Everything that this build declares. */
    static Catalogue declared() {
        Settings settings = Settings.of(Map.of(
                "database.url",
                "jdbc:postgresql://localhost/indico",
                "extra-families",
                "*",
                "collector-metrics",
                "all"));
        try (MetricsAssembly assembly = MetricsAssembly.withoutDatabase(settings)) {
            List<MetricFamily> collected = new ArrayList<>();
            assembly.metrics().declared().collectors().forEach(collector -> collected.addAll(collector.families()));
            return new Catalogue(
                    Stream.concat(assembly.metrics().families().stream(), ADDED.stream())
                            .distinct()
                            .collect(toMap(MetricFamily::name, identity(), (one, same) -> one, TreeMap::new)),
                    collected.stream()
                            .collect(Collectors.groupingBy(
                                    MetricFamily::profile,
                                    Collectors.mapping(MetricFamily::name, Collectors.toCollection(TreeSet::new)))));
        }
    }

    MetricFamily family(String name) {
        MetricFamily family = families.get(name);
        if (family == null) {
            throw new BadBoardException("unknown family " + name);
        }
        return family;
    }

    /** The families whose whole name matches. */
    List<MetricFamily> matching(String pattern) {
        List<MetricFamily> matching = families.values().stream()
                .filter(family -> Pattern.matches(pattern, family.name()))
                .toList();
        if (matching.isEmpty()) {
            throw new BadBoardException("no family matches " + pattern);
        }
        return matching;
    }
}
