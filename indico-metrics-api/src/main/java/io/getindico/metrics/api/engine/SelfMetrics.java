package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The engine's metrics about itself, taken from the same snapshot as the values. */
final class SelfMetrics {
    private static final Label COLLECTOR = Label.open("collector");
    private static final String PLUGIN_VERSIONS = "alembic_version_plugin_";
    private static final int MOST_COMPONENTS = 50;

    /** What the values are computed from. */
    private record Snapshot(
            List<CollectorStatus> collectors, DatabaseContact.View database, Moment now, long seriesLimit) {}

    /**
     * One of the metrics.
     *
     * @param most the largest possible number of its series
     */
    private record SelfMetric(
            MetricFamily family,
            ToLongFunction<List<CollectorStatus>> most,
            Function<Snapshot, Map<List<String>, Double>> series) {}

    private static final List<SelfMetric> BASICS = List.of(
            new SelfMetric(
                    MetricFamily.gauge("indico_up")
                            .help("Whether Indico's database was reached in the last 15 seconds (1) or not (0).")
                            .build(),
                    collectors -> 1,
                    from -> Map.of(List.of(), from.database().isUp(from.now()) ? 1.0 : 0.0)),
            new SelfMetric(
                    MetricFamily.gauge("indico_database_error")
                            .help(
                                    "Reason why Indico's database cannot be read: 1 for the current one, 0 for the others.")
                            .labels(Label.closed("reason", DatabaseError.class))
                            .build(),
                    collectors -> DatabaseError.values().length,
                    SelfMetrics::databaseErrors),
            perCollector(
                    MetricFamily.gauge("indico_collector_success")
                            .help("Whether the last attempts of all queries of the collector that can run succeeded (1)"
                                    + " or not (0)."),
                    collector -> number(collector.isSuccessful())),
            perCollector(
                    seconds("indico_collector_duration_seconds")
                            .help("Total duration of the last attempts of the collector's queries."),
                    collector -> isTried(collector) ? seconds(collector.lastDuration()) : null),
            perCollector(
                    seconds("indico_collector_last_success_timestamp_seconds")
                            .help("When the oldest values of the collector were read, in Unix time."),
                    collector -> timestamp(collector.lastSuccess())),
            perCollector(
                    seconds("indico_collector_ttl_seconds")
                            .help("How long the collector's values stay fresh, stretched if the database share requires"
                                    + " it."),
                    collector -> seconds(collector.ttl())),
            perCollector(
                    MetricFamily.counter("indico_collector_failures_total")
                            .help("Failed attempts of the collector's queries."),
                    collector -> (double) collector.failures()),
            perReason(
                    MetricFamily.gauge("indico_collector_failing")
                            .help("Collectors with a query whose last attempt failed (1), by reason."),
                    collector -> collector.failureReasons().stream().map(FailureReason::label)),
            perReason(
                    MetricFamily.gauge("indico_collector_skipped")
                            .help("Collectors with a query that cannot run on this database (1), by reason."),
                    collector -> collector.skipReasons().stream().map(SkipReason::label)),
            new SelfMetric(
                    MetricFamily.gauge("indico_series_limit")
                            .help("Largest number of series that the collectors and these self-metrics can have.")
                            .build(),
                    collectors -> 1,
                    from -> Map.of(List.of(), (double) from.seriesLimit())),
            new SelfMetric(
                    MetricFamily.info("indico_schema_info")
                            .help("Alembic revision and releases of Indico's schema, and revision of each plugin schema"
                                    + " that the login may read.")
                            .labels(Label.open("component"), Label.open("revision"), Label.open("release"))
                            .build(),
                    collectors -> MOST_COMPONENTS,
                    from -> revisions(from.database().revisions())),
            new SelfMetric(
                    MetricFamily.info("indico_zone_info")
                            .help("Time zone in which room bookings are read, and where it was found.")
                            .labels(Label.open("zone"), Label.open("origin"))
                            .build(),
                    collectors -> 1,
                    from -> zone(from.database().zone())),
            new SelfMetric(
                    MetricFamily.info("indico_metrics_build_info")
                            .help("Version of indico-metrics and of Java.")
                            .labels(Label.open("version"), Label.open("java_version"))
                            .build(),
                    collectors -> 1,
                    from -> Map.of(List.of(Releases.own(), System.getProperty("java.version", "")), 1.0)));

    /** Shown only if the host asks for all metrics of collectors. */
    private static final List<SelfMetric> DETAILS = List.of(
            perCollector(
                    MetricFamily.gauge("indico_collector_rows_read")
                            .help(
                                    "Rows and index entries that PostgreSQL read for the last successes of the collector's"
                                            + " queries."),
                    collector -> number(collector.rowsRead())),
            perCollector(
                    MetricFamily.gauge("indico_collector_buffers_read")
                            .help("Pages that PostgreSQL read, from memory or disk, for the last successes of the"
                                    + " collector's queries."),
                    collector -> number(collector.buffersRead())),
            perCollector(
                    MetricFamily.gauge("indico_collector_core_ratio")
                            .unit("ratio")
                            .help(
                                    "Largest share of one database core that the collector can take, if scrapes refresh it"
                                            + " as often as possible."),
                    collector -> isTried(collector) ? collector.coreRatio() : null),
            perCollector(
                    seconds("indico_collector_last_attempt_timestamp_seconds")
                            .help("When a query of the collector was last tried, in Unix time."),
                    collector -> timestamp(collector.lastAttempt())));

    private SelfMetrics() {}

    private static Stream<SelfMetric> all(boolean detailed) {
        return detailed ? Stream.concat(BASICS.stream(), DETAILS.stream()) : BASICS.stream();
    }

    /** Returns all self-metrics. No collector may use their names. */
    static List<MetricFamily> families() {
        return families(true);
    }

    /** Returns the self-metrics that a scrape shows. */
    static List<MetricFamily> families(boolean detailed) {
        return all(detailed).map(SelfMetric::family).toList();
    }

    static boolean isAnyWanted(Predicate<String> names) {
        return all(true).anyMatch(metric -> FamilyNames.matches(metric.family(), names));
    }

    static List<FamilyValues> values(
            List<CollectorStatus> collectors, DatabaseContact.View database, Moment now, boolean detailed) {
        Snapshot snapshot = new Snapshot(collectors, database, now, seriesLimit(collectors, detailed));
        return all(detailed)
                .map(metric -> FamilyValues.of(metric.family(), metric.series().apply(snapshot)))
                .toList();
    }

    /** Returns the largest possible number of series of the collectors and of the self-metrics. */
    static long seriesLimit(List<CollectorStatus> collectors, boolean detailed) {
        long values = collectors.stream()
                .flatMap(collector -> collector.families().stream())
                .distinct()
                .mapToLong(MetricFamily::maxSeries)
                .sum();
        return values
                + all(detailed)
                        .mapToLong(metric -> metric.most().applyAsLong(collectors))
                        .sum();
    }

    private static MetricFamily.Builder seconds(String name) {
        return MetricFamily.gauge(name).unit("seconds");
    }

    private static SelfMetric perCollector(
            MetricFamily.Builder family, Function<CollectorStatus, @Nullable Double> value) {
        return new SelfMetric(family.labels(COLLECTOR).build(), List::size, from -> {
            Map<List<String>, Double> series = new LinkedHashMap<>();
            for (CollectorStatus collector : from.collectors()) {
                Double of = value.apply(collector);
                if (of != null) {
                    series.put(List.of(collector.name()), of);
                }
            }
            return series;
        });
    }

    private static SelfMetric perReason(
            MetricFamily.Builder family, Function<CollectorStatus, Stream<String>> reasons) {
        return new SelfMetric(family.labels(COLLECTOR, Label.open("reason")).build(), SelfMetrics::queries, from -> {
            Map<List<String>, Double> series = new LinkedHashMap<>();
            for (CollectorStatus collector : from.collectors()) {
                reasons.apply(collector).forEach(reason -> series.put(List.of(collector.name(), reason), 1.0));
            }
            return series;
        });
    }

    /** A query has one reason at most. */
    private static long queries(List<CollectorStatus> collectors) {
        return collectors.stream()
                .mapToLong(collector -> collector.queries().size())
                .sum();
    }

    private static Map<List<String>, Double> databaseErrors(Snapshot from) {
        boolean conflict = from.collectors().stream()
                .anyMatch(collector -> collector.failureReasons().contains(FailureReason.CONFLICT));
        Map<List<String>, Double> series = new LinkedHashMap<>();
        for (DatabaseError error : DatabaseError.values()) {
            boolean present = error == from.database().error() || (error == DatabaseError.CONFLICT && conflict);
            series.put(List.of(error.label()), present ? 1.0 : 0.0);
        }
        return series;
    }

    private static boolean isTried(CollectorStatus collector) {
        return collector.isSuccessful() != null;
    }

    private static @Nullable Double number(@Nullable Boolean answer) {
        return answer == null ? null : Double.valueOf(answer ? 1 : 0);
    }

    private static @Nullable Double number(@Nullable Long count) {
        return count == null ? null : count.doubleValue();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static @Nullable Double timestamp(@Nullable Instant instant) {
        return instant == null ? null : instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    private static Map<List<String>, Double> revisions(Map<String, String> revisions) {
        Map<List<String>, Double> series = new LinkedHashMap<>();
        revisions.entrySet().stream().limit(MOST_COMPONENTS).forEach(entry -> {
            String table = entry.getKey();
            boolean isPlugin = table.startsWith(PLUGIN_VERSIONS);
            String component = isPlugin ? table.substring(PLUGIN_VERSIONS.length()) : "indico";
            series.put(List.of(component, entry.getValue(), isPlugin ? "" : Releases.of(revisions)), 1.0);
        });
        return series;
    }

    private static Map<List<String>, Double> zone(@Nullable IndicoZone zone) {
        return zone == null ? Map.of() : Map.of(List.of(zone.zone().getId(), zone.origin()), 1.0);
    }
}
