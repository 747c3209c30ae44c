package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the engine tells of itself, beside the values and from the same snapshot. */
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
            .help("Whether the collector's last attempt succeeded (1) or failed (0).")
            .labels(COLLECTOR)
            .build();
    private static final MetricFamily DURATION =
            seconds("indico_collector_duration_seconds", "How long the collector's last attempt took.");
    private static final MetricFamily ROWS_READ = MetricFamily.gauge("indico_collector_rows_read")
            .help("Rows and index entries that PostgreSQL read for the collector's last success.")
            .labels(COLLECTOR)
            .build();
    private static final MetricFamily BUFFERS_READ = MetricFamily.gauge("indico_collector_buffers_read")
            .help("Pages that PostgreSQL read, from memory or disk, for the collector's last success.")
            .labels(COLLECTOR)
            .build();
    private static final MetricFamily CORE_RATIO = MetricFamily.gauge("indico_collector_core_ratio")
            .help("Part of one core of the database that the collector takes at most, refreshed as often as scrapes can"
                    + " cause.")
            .unit("ratio")
            .labels(COLLECTOR)
            .build();
    private static final MetricFamily LAST_SUCCESS = seconds(
            "indico_collector_last_success_timestamp_seconds", "When the values served were read, in Unix time.");
    private static final MetricFamily LAST_ATTEMPT = seconds(
            "indico_collector_last_attempt_timestamp_seconds", "When the collector was last tried, in Unix time.");
    private static final MetricFamily TTL = seconds(
            "indico_collector_ttl_seconds",
            "How long the collector's values are fresh; for a heavy one at least 100 times its duration.");
    private static final MetricFamily FAILURES = MetricFamily.counter("indico_collector_failures_total")
            .help("Failed attempts of the collector, by reason.")
            .labels(COLLECTOR, Label.closed("reason", FailureReason.class))
            .build();
    private static final MetricFamily SKIPPED = MetricFamily.gauge("indico_collector_skipped")
            .help("Collectors that cannot run on this database (1), by reason.")
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

    static final List<MetricFamily> FAMILIES = List.of(
            UP,
            DATABASE_ERROR,
            SUCCESS,
            DURATION,
            ROWS_READ,
            BUFFERS_READ,
            CORE_RATIO,
            LAST_SUCCESS,
            LAST_ATTEMPT,
            TTL,
            FAILURES,
            SKIPPED,
            SCHEMA,
            ZONE,
            BUILD);

    private static final String PLUGIN_VERSIONS = "alembic_version_plugin_";

    private final List<RegisteredCollector> collectors;
    private final Freshness freshness;

    SelfMetrics(List<RegisteredCollector> collectors, Freshness freshness) {
        this.collectors = collectors;
        this.freshness = freshness;
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

    List<FamilyValues> values(Map<String, CollectorState> states, DatabaseContact.View database, Moment now) {
        return List.of(
                of(UP, Map.of(List.of(), database.isUp(now) ? 1.0 : 0.0)),
                of(DATABASE_ERROR, databaseErrors(states, database)),
                perCollector(SUCCESS, states, (collector, state) -> success(state)),
                perCollector(
                        DURATION, states, (collector, state) -> isTried(state) ? seconds(state.lastDuration()) : null),
                perCollector(ROWS_READ, states, (collector, state) -> read(state, ReadCount::rows)),
                perCollector(BUFFERS_READ, states, (collector, state) -> read(state, ReadCount::buffers)),
                perCollector(
                        CORE_RATIO,
                        states,
                        (collector, state) -> isTried(state) ? freshness.coreRatio(collector, state) : null),
                perCollector(LAST_SUCCESS, states, (collector, state) -> timestamp(state.lastSuccess())),
                perCollector(LAST_ATTEMPT, states, (collector, state) -> timestamp(state.lastAttempt())),
                perCollector(TTL, states, (collector, state) -> seconds(freshness.ttl(collector, state))),
                of(FAILURES, failures(states)),
                of(SKIPPED, skipped(states)),
                of(SCHEMA, revisions(database.revisions())),
                of(ZONE, zone(database.zone())),
                of(BUILD, Map.of(List.of(Version.get(), System.getProperty("java.version", "")), 1.0)));
    }

    private static Map<List<String>, Double> databaseErrors(
            Map<String, CollectorState> states, DatabaseContact.View database) {
        boolean conflict = states.values().stream().anyMatch(state -> state.failedFor(FailureReason.CONFLICT));
        Map<List<String>, Double> series = new LinkedHashMap<>();
        for (DatabaseError error : DatabaseError.values()) {
            boolean present = error == database.error() || (error == DatabaseError.CONFLICT && conflict);
            series.put(List.of(error.label()), present ? 1.0 : 0.0);
        }
        return series;
    }

    private FamilyValues perCollector(
            MetricFamily family,
            Map<String, CollectorState> states,
            BiFunction<RegisteredCollector, CollectorState, @Nullable Double> value) {
        Map<List<String>, Double> series = new LinkedHashMap<>();
        for (RegisteredCollector collector : collectors) {
            Double of = value.apply(collector, CollectorStates.of(states, collector));
            if (of != null) {
                series.put(List.of(collector.name()), of);
            }
        }
        return of(family, series);
    }

    private FamilyValues of(MetricFamily family, Map<List<String>, Double> series) {
        return FamilyValues.of(family, series, freshness.settings().labels());
    }

    private static boolean isTried(CollectorState state) {
        return state.lastAttempt() != null && state.skip() == null;
    }

    private static @Nullable Double success(CollectorState state) {
        if (!isTried(state)) {
            return null;
        }
        return state.failure() == null ? 1.0 : 0.0;
    }

    private static @Nullable Double read(CollectorState state, ToLongFunction<ReadCount> what) {
        ReadCount read = state.lastRead();
        return read == null ? null : (double) what.applyAsLong(read);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static @Nullable Double timestamp(@Nullable Moment moment) {
        if (moment == null) {
            return null;
        }
        Instant instant = moment.instant();
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    private Map<List<String>, Double> failures(Map<String, CollectorState> states) {
        Map<List<String>, Double> series = new LinkedHashMap<>();
        for (RegisteredCollector collector : collectors) {
            CollectorState state = CollectorStates.of(states, collector);
            for (FailureReason reason : FailureReason.values()) {
                series.put(List.of(collector.name(), reason.label()), (double) state.failures(reason));
            }
        }
        return series;
    }

    private Map<List<String>, Double> skipped(Map<String, CollectorState> states) {
        Map<List<String>, Double> series = new LinkedHashMap<>();
        for (RegisteredCollector collector : collectors) {
            Skip skip = CollectorStates.of(states, collector).skip();
            if (skip != null) {
                series.put(List.of(collector.name(), skip.reason().label()), 1.0);
            }
        }
        return series;
    }

    private static Map<List<String>, Double> revisions(Map<String, String> revisions) {
        Map<List<String>, Double> series = new LinkedHashMap<>();
        revisions.forEach((table, revision) -> {
            boolean isPlugin = table.startsWith(PLUGIN_VERSIONS);
            String component = isPlugin ? table.substring(PLUGIN_VERSIONS.length()) : "indico";
            series.put(List.of(component, revision, isPlugin ? "" : Heads.release(revisions)), 1.0);
        });
        return series;
    }

    private static Map<List<String>, Double> zone(@Nullable IndicoZone zone) {
        return zone == null ? Map.of() : Map.of(List.of(zone.zone().getId(), zone.origin()), 1.0);
    }
}
