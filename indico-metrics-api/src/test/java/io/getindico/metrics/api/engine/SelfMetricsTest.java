package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorState.Attempt;
import io.getindico.metrics.api.engine.CollectorState.Failure;
import io.getindico.metrics.api.engine.CollectorState.Result;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SelfMetricsTest {
    private static final RegisteredCollector EVENTS =
            TestCollector.named("events").of(RefreshClass.LIVE).registered();
    private static final RegisteredCollector FILES =
            TestCollector.named("files").of(RefreshClass.HEAVY).registered();
    private static final RegisteredCollector LIVESYNC =
            TestCollector.named("livesync").registered();
    private static final RegisteredCollector USERS =
            TestCollector.named("users").registered();

    private final ManualTime time = new ManualTime();
    private final DatabaseContact contact = new DatabaseContact(time.source());
    private final CollectorStates states = new CollectorStates();
    private final SelfMetrics selfMetrics = new SelfMetrics(
            List.of(EVENTS, FILES, LIVESYNC, USERS),
            new Freshness(new TestSettings().time(time.source()).build()));

    private void attempt(RegisteredCollector collector, long millis, Result result) {
        states.publish(Map.of(collector, new Attempt(time.now(), Duration.ofMillis(millis), result)));
    }

    private static Result success() {
        return new Result.Success(List.of(), new ReadCount(1_230_000, 4567));
    }

    private static Result failure(FailureReason reason) {
        return new Result.Failed(new Failure(reason, "no"));
    }

    private List<FamilyValues> values() {
        return selfMetrics.values(states.current(), contact.view(), time.now());
    }

    /** All of them, those without a series left out as the engine does. */
    private String exposition() {
        return Exposition.text(values().stream()
                .filter(values -> !values.snapshot().getDataPoints().isEmpty())
                .toList());
    }

    /** The series of one family. */
    private List<String> series(String family) {
        return exposition().lines().filter(line -> line.startsWith(family)).toList();
    }

    @Test
    void theWholeOfThem() {
        DatabaseFacts facts = TestFacts.ofIndico().build();
        contact.reached(
                new DatabaseFacts(
                        facts.tables(),
                        new TreeMap<>(Map.of(
                                "alembic_version", "5d05eda06776", "alembic_version_plugin_livesync", "330e32d26232"))),
                time.now());
        contact.zone(new IndicoZone(ZoneId.of("Europe/Zurich"), "root category"));
        attempt(FILES, 24_000, success());
        time.advance(Duration.ofSeconds(5));
        attempt(EVENTS, 12, success());
        attempt(LIVESYNC, 1, new Result.Skipped(new Skip(SkipReason.PLUGIN_ABSENT, "gone")));
        attempt(FILES, 30_000, failure(FailureReason.TIMEOUT));
        attempt(FILES, 30_500, failure(FailureReason.TIMEOUT));
        attempt(FILES, 60_000, failure(FailureReason.CONFLICT));
        assertThat(exposition()).isEqualTo("""
                # HELP indico_collector_buffers_read Pages that PostgreSQL read, from memory or disk, for the collector's last success.
                # TYPE indico_collector_buffers_read gauge
                indico_collector_buffers_read{collector="events"} 4567.0
                indico_collector_buffers_read{collector="files"} 4567.0
                # HELP indico_collector_core_ratio Part of one core of the database that the collector takes at most, refreshed as often as scrapes can cause.
                # TYPE indico_collector_core_ratio gauge
                indico_collector_core_ratio{collector="events"} 2.1818181818181818E-4
                indico_collector_core_ratio{collector="files"} 0.5
                # HELP indico_collector_duration_seconds How long the collector's last attempt took.
                # TYPE indico_collector_duration_seconds gauge
                indico_collector_duration_seconds{collector="events"} 0.012
                indico_collector_duration_seconds{collector="files"} 60.0
                # HELP indico_collector_failures_total Failed attempts of the collector, by reason.
                # TYPE indico_collector_failures_total counter
                indico_collector_failures_total{collector="events",reason="cancelled_for_lock"} 0.0
                indico_collector_failures_total{collector="events",reason="changed_underneath"} 0.0
                indico_collector_failures_total{collector="events",reason="collector_bug"} 0.0
                indico_collector_failures_total{collector="events",reason="conflict"} 0.0
                indico_collector_failures_total{collector="events",reason="connection"} 0.0
                indico_collector_failures_total{collector="events",reason="privilege"} 0.0
                indico_collector_failures_total{collector="events",reason="query"} 0.0
                indico_collector_failures_total{collector="events",reason="schema"} 0.0
                indico_collector_failures_total{collector="events",reason="timeout"} 0.0
                indico_collector_failures_total{collector="files",reason="cancelled_for_lock"} 0.0
                indico_collector_failures_total{collector="files",reason="changed_underneath"} 0.0
                indico_collector_failures_total{collector="files",reason="collector_bug"} 0.0
                indico_collector_failures_total{collector="files",reason="conflict"} 1.0
                indico_collector_failures_total{collector="files",reason="connection"} 0.0
                indico_collector_failures_total{collector="files",reason="privilege"} 0.0
                indico_collector_failures_total{collector="files",reason="query"} 0.0
                indico_collector_failures_total{collector="files",reason="schema"} 0.0
                indico_collector_failures_total{collector="files",reason="timeout"} 2.0
                indico_collector_failures_total{collector="livesync",reason="cancelled_for_lock"} 0.0
                indico_collector_failures_total{collector="livesync",reason="changed_underneath"} 0.0
                indico_collector_failures_total{collector="livesync",reason="collector_bug"} 0.0
                indico_collector_failures_total{collector="livesync",reason="conflict"} 0.0
                indico_collector_failures_total{collector="livesync",reason="connection"} 0.0
                indico_collector_failures_total{collector="livesync",reason="privilege"} 0.0
                indico_collector_failures_total{collector="livesync",reason="query"} 0.0
                indico_collector_failures_total{collector="livesync",reason="schema"} 0.0
                indico_collector_failures_total{collector="livesync",reason="timeout"} 0.0
                indico_collector_failures_total{collector="users",reason="cancelled_for_lock"} 0.0
                indico_collector_failures_total{collector="users",reason="changed_underneath"} 0.0
                indico_collector_failures_total{collector="users",reason="collector_bug"} 0.0
                indico_collector_failures_total{collector="users",reason="conflict"} 0.0
                indico_collector_failures_total{collector="users",reason="connection"} 0.0
                indico_collector_failures_total{collector="users",reason="privilege"} 0.0
                indico_collector_failures_total{collector="users",reason="query"} 0.0
                indico_collector_failures_total{collector="users",reason="schema"} 0.0
                indico_collector_failures_total{collector="users",reason="timeout"} 0.0
                # HELP indico_collector_last_attempt_timestamp_seconds When the collector was last tried, in Unix time.
                # TYPE indico_collector_last_attempt_timestamp_seconds gauge
                indico_collector_last_attempt_timestamp_seconds{collector="events"} 1.772366405E9
                indico_collector_last_attempt_timestamp_seconds{collector="files"} 1.772366405E9
                indico_collector_last_attempt_timestamp_seconds{collector="livesync"} 1.772366405E9
                # HELP indico_collector_last_success_timestamp_seconds When the values served were read, in Unix time.
                # TYPE indico_collector_last_success_timestamp_seconds gauge
                indico_collector_last_success_timestamp_seconds{collector="events"} 1.772366405E9
                indico_collector_last_success_timestamp_seconds{collector="files"} 1.7723664E9
                # HELP indico_collector_rows_read Rows and index entries that PostgreSQL read for the collector's last success.
                # TYPE indico_collector_rows_read gauge
                indico_collector_rows_read{collector="events"} 1230000.0
                indico_collector_rows_read{collector="files"} 1230000.0
                # HELP indico_collector_skipped Collectors that cannot run on this database (1), by reason.
                # TYPE indico_collector_skipped gauge
                indico_collector_skipped{collector="livesync",reason="plugin_absent"} 1.0
                # HELP indico_collector_success Whether the collector's last attempt succeeded (1) or failed (0).
                # TYPE indico_collector_success gauge
                indico_collector_success{collector="events"} 1.0
                indico_collector_success{collector="files"} 0.0
                # HELP indico_collector_ttl_seconds How long the collector's values are fresh; for a heavy one at least 100 times its duration.
                # TYPE indico_collector_ttl_seconds gauge
                indico_collector_ttl_seconds{collector="events"} 55.0
                indico_collector_ttl_seconds{collector="files"} 6000.0
                indico_collector_ttl_seconds{collector="livesync"} 285.0
                indico_collector_ttl_seconds{collector="users"} 285.0
                # HELP indico_database_error Why Indico's database gives nothing at present (1), by reason.
                # TYPE indico_database_error gauge
                indico_database_error{reason="auth"} 0.0
                indico_database_error{reason="conflict"} 1.0
                indico_database_error{reason="not_indico"} 0.0
                indico_database_error{reason="starting"} 0.0
                indico_database_error{reason="too_many_connections"} 0.0
                indico_database_error{reason="unreachable"} 0.0
                # HELP indico_metrics_build_info Version of indico-metrics and of Java.
                # TYPE indico_metrics_build_info gauge
                indico_metrics_build_info{java_version="%s",version="%s"} 1
                # HELP indico_schema_info Alembic revision of Indico's schema and its releases, and revision of each plugin's that the login may read.
                # TYPE indico_schema_info gauge
                indico_schema_info{component="indico",release="3.2.4-3.2.5",revision="5d05eda06776"} 1
                indico_schema_info{component="livesync",revision="330e32d26232"} 1
                # HELP indico_up Whether Indico's database was reached in the last 15 seconds (1) or not (0).
                # TYPE indico_up gauge
                indico_up 1.0
                # HELP indico_zone_info Time zone in which room booking is read, and where it was learnt from.
                # TYPE indico_zone_info gauge
                indico_zone_info{origin="root category",zone="Europe/Zurich"} 1
                """.formatted(System.getProperty("java.version"), Version.get()));
    }

    @Test
    void everyDeclaredFamilyIsGivenAndNoOther() {
        assertThat(values()).extracting(FamilyValues::family).containsExactlyElementsOf(SelfMetrics.FAMILIES);
    }

    @Test
    void familiesHaveOneNameEach() {
        assertThat(SelfMetrics.FAMILIES).extracting(FamilyNames::modelName).doesNotHaveDuplicates();
        assertThat(SelfMetrics.FAMILIES)
                .usingElementComparator(Comparator.comparing(family -> family.name()))
                .doesNotHaveDuplicates();
    }

    @Test
    void beforeTheFirstContactNothingIsKnownOfTheDatabase() {
        assertThat(series("indico_up")).containsExactly("indico_up 0.0");
        assertThat(series("indico_database_error")).hasSize(6).allMatch(line -> line.endsWith(" 0.0"));
        assertThat(series("indico_schema_info")).isEmpty();
        assertThat(series("indico_zone_info")).isEmpty();
    }

    @Test
    void aCollectorNotTriedYetHasATtlAndNoFailures() {
        assertThat(exposition().lines().filter(line -> line.contains("collector=\"events\"")))
                .hasSize(1 + FailureReason.values().length)
                .contains("indico_collector_ttl_seconds{collector=\"events\"} 55.0");
    }

    @Test
    void theReasonWhyTheDatabaseIsAwayIsOneOfAll() {
        contact.failed(DatabaseError.TOO_MANY_CONNECTIONS, "full");
        assertThat(series("indico_database_error"))
                .containsOnlyOnce("indico_database_error{reason=\"too_many_connections\"} 1.0")
                .filteredOn(line -> line.endsWith(" 0.0"))
                .hasSize(5);
        assertThat(series("indico_up")).containsExactly("indico_up 0.0");
    }

    @Test
    void revisionsOfAnUpgradeUnderwayAreToldTogether() {
        contact.reached(
                new DatabaseFacts(
                        TestFacts.ofIndico().build().tables(), new TreeMap<>(Map.of("alembic_version", "a,b"))),
                time.now());
        assertThat(series("indico_schema_info"))
                .containsExactly("indico_schema_info{component=\"indico\",release=\"unknown\",revision=\"a,b\"} 1");
    }

    @Test
    void anyOfTheirNamesIsReasonToLookForTheDatabase() {
        assertThat(SelfMetrics.isAnyWanted("indico_up"::equals)).isTrue();
        assertThat(SelfMetrics.isAnyWanted("indico_collector_failures"::equals)).isTrue();
        assertThat(SelfMetrics.isAnyWanted("indico_collector_failures_total"::equals))
                .isTrue();
        assertThat(SelfMetrics.isAnyWanted("indico_events"::equals)).isFalse();
    }
}
