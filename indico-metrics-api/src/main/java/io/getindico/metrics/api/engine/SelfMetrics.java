package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The engine's metrics about itself, taken from the same snapshot as the values. */
final class SelfMetrics {
    private static final Label COLLECTOR = Label.open("collector");

    private static final MetricFamily UP = MetricFamily.gauge("indico_up")
            .help("Whether Indico's database was reached in the last 15 seconds (1) or not (0).")
            .build();
    private static final MetricFamily DATABASE_ERROR = MetricFamily.gauge("indico_database_error")
            .help("Why Indico's database gives nothing at present (1), by reason.")
            .labels(Label.closed("reason", DatabaseError.class))
            .build();
    private static final MetricFamily SUCCESS = MetricFamily.gauge("indico_collector_success")
            .help(
                    "Whether the last attempt of each query of the collector that can run succeeded (1) or one failed (0).")
            .labels(COLLECTOR)
            .build();
    private static final MetricFamily DURATION = seconds(
            "indico_collector_duration_seconds",
            "How long the last attempts of the collector's queries took together.");
    private static final MetricFamily ROWS_READ = MetricFamily.gauge("indico_collector_rows_read")
            .help("Rows and index entries that PostgreSQL read for the last successes of the collector's queries.")
            .labels(COLLECTOR)
            .build();
    private static final MetricFamily BUFFERS_READ = MetricFamily.gauge("indico_collector_buffers_read")
            .help("Pages that PostgreSQL read, from memory or disk, for the last successes of the collector's queries.")
            .labels(COLLECTOR)
            .build();
    private static final MetricFamily CORE_RATIO = MetricFamily.gauge("indico_collector_core_ratio")
            .help("Part of one core of the database that the collector takes at most, refreshed as often as scrapes can"
                    + " cause.")
            .unit("ratio")
            .labels(COLLECTOR)
            .build();
    private static final MetricFamily LAST_SUCCESS = seconds(
            "indico_collector_last_success_timestamp_seconds",
            "When the oldest values of the collector were read, in Unix time.");
    private static final MetricFamily LAST_ATTEMPT = seconds(
            "indico_collector_last_attempt_timestamp_seconds",
            "When a query of the collector was last tried, in Unix time.");
    private static final MetricFamily TTL = seconds(
            "indico_collector_ttl_seconds",
            "How long the collector's values are fresh; those of a heavy query at least 100 times its duration.");
    private static final MetricFamily FAILURES = MetricFamily.counter("indico_collector_failures_total")
            .help("Failed attempts of the collector's queries.")
            .labels(COLLECTOR)
            .build();
    private static final MetricFamily FAILING = MetricFamily.gauge("indico_collector_failing")
            .help("Collectors of which the last attempt of a query failed (1), by reason.")
            .labels(COLLECTOR, Label.open("reason"))
            .build();
    private static final MetricFamily SKIPPED = MetricFamily.gauge("indico_collector_skipped")
            .help("Collectors of which a query cannot run on this database (1), by reason.")
            .labels(COLLECTOR, Label.open("reason"))
            .build();
    private static final MetricFamily SCHEMA = MetricFamily.info("indico_schema_info")
            .help(
                    "Alembic revision of Indico's schema and its releases, and revision of each plugin's that the login may read.")
            .labels(Label.open("component"), Label.open("revision"), Label.open("release"))
            .build();
    private static final MetricFamily ZONE = MetricFamily.info("indico_zone_info")
            .help("Time zone in which room booking is read, and where it was learnt from.")
            .labels(Label.open("zone"), Label.open("origin"))
            .build();
    private static final MetricFamily BUILD = MetricFamily.info("indico_metrics_build_info")
            .help("Version of indico-metrics and of Java.")
            .labels(Label.open("version"), Label.open("java_version"))
            .build();

    /** Shown for each collector only if the host asks for all metrics of collectors. */
    private static final List<MetricFamily> DETAILS = List.of(ROWS_READ, BUFFERS_READ, CORE_RATIO, LAST_ATTEMPT);

    private static final List<MetricFamily> BASICS = List.of(
            UP, DATABASE_ERROR, SUCCESS, DURATION, LAST_SUCCESS, TTL, FAILURES, FAILING, SKIPPED, SCHEMA, ZONE, BUILD);

    private static final List<MetricFamily> FAMILIES =
            Stream.concat(BASICS.stream(), DETAILS.stream()).toList();

    private static final String PLUGIN_VERSIONS = "alembic_version_plugin_";

    private SelfMetrics() {}

    /** Returns all self-metrics. No collector may use their names. */
    static List<MetricFamily> families() {
        return FAMILIES;
    }

    /** Returns the self-metrics that a scrape shows. */
    static List<MetricFamily> families(boolean detailed) {
        return detailed ? FAMILIES : BASICS;
    }

    private static MetricFamily seconds(String name, String help) {
        return MetricFamily.gauge(name)
                .help(help)
                .unit("seconds")
                .labels(COLLECTOR)
                .build();
    }

    static boolean isAnyWanted(Predicate<String> names) {
        return FAMILIES.stream().anyMatch(family -> FamilyNames.matches(family, names));
    }

    static List<FamilyValues> values(
            List<CollectorStatus> collectors, DatabaseContact.View database, Moment now, boolean detailed) {
        List<FamilyValues> values = new ArrayList<>(List.of(
                FamilyValues.of(UP, Map.of(List.of(), database.isUp(now) ? 1.0 : 0.0)),
                FamilyValues.of(DATABASE_ERROR, databaseErrors(collectors, database)),
                perCollector(SUCCESS, collectors, collector -> number(collector.isSuccessful())),
                perCollector(
                        DURATION,
                        collectors,
                        collector -> isTried(collector) ? seconds(collector.lastDuration()) : null),
                perCollector(LAST_SUCCESS, collectors, collector -> timestamp(collector.lastSuccess())),
                perCollector(TTL, collectors, collector -> seconds(collector.ttl())),
                perCollector(FAILURES, collectors, collector -> (double) collector.failures()),
                perReason(
                        FAILING,
                        collectors,
                        collector -> collector.failureReasons().stream().map(FailureReason::label)),
                perReason(
                        SKIPPED,
                        collectors,
                        collector -> collector.skipReasons().stream().map(SkipReason::label)),
                FamilyValues.of(SCHEMA, revisions(database.revisions())),
                FamilyValues.of(ZONE, zone(database.zone())),
                FamilyValues.of(BUILD, Map.of(List.of(Version.get(), System.getProperty("java.version", "")), 1.0))));
        if (detailed) {
            values.add(perCollector(ROWS_READ, collectors, collector -> number(collector.rowsRead())));
            values.add(perCollector(BUFFERS_READ, collectors, collector -> number(collector.buffersRead())));
            values.add(perCollector(
                    CORE_RATIO, collectors, collector -> isTried(collector) ? collector.coreRatio() : null));
            values.add(perCollector(LAST_ATTEMPT, collectors, collector -> timestamp(collector.lastAttempt())));
        }
        return values;
    }

    private static Map<List<String>, Double> databaseErrors(
            List<CollectorStatus> collectors, DatabaseContact.View database) {
        boolean conflict = collectors.stream()
                .anyMatch(collector -> collector.failureReasons().contains(FailureReason.CONFLICT));
        Map<List<String>, Double> series = new LinkedHashMap<>();
        for (DatabaseError error : DatabaseError.values()) {
            boolean present = error == database.error() || (error == DatabaseError.CONFLICT && conflict);
            series.put(List.of(error.label()), present ? 1.0 : 0.0);
        }
        return series;
    }

    private static FamilyValues perCollector(
            MetricFamily family, List<CollectorStatus> collectors, Function<CollectorStatus, @Nullable Double> value) {
        Map<List<String>, Double> series = new LinkedHashMap<>();
        for (CollectorStatus collector : collectors) {
            Double of = value.apply(collector);
            if (of != null) {
                series.put(List.of(collector.name()), of);
            }
        }
        return FamilyValues.of(family, series);
    }

    private static FamilyValues perReason(
            MetricFamily family, List<CollectorStatus> collectors, Function<CollectorStatus, Stream<String>> reasons) {
        Map<List<String>, Double> series = new LinkedHashMap<>();
        for (CollectorStatus collector : collectors) {
            reasons.apply(collector).forEach(reason -> series.put(List.of(collector.name(), reason), 1.0));
        }
        return FamilyValues.of(family, series);
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
        revisions.forEach((table, revision) -> {
            boolean isPlugin = table.startsWith(PLUGIN_VERSIONS);
            String component = isPlugin ? table.substring(PLUGIN_VERSIONS.length()) : "indico";
            series.put(List.of(component, revision, isPlugin ? "" : KnownReleases.release(revisions)), 1.0);
        });
        return series;
    }

    private static Map<List<String>, Double> zone(@Nullable IndicoZone zone) {
        return zone == null ? Map.of() : Map.of(List.of(zone.zone().getId(), zone.origin()), 1.0);
    }
}
