package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.QueryState.Attempt;
import io.getindico.metrics.api.engine.QueryState.Result;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelfMetricsTest {
    private static final TestCollector EVENTS = TestCollector.named("events").of(RefreshClass.LIVE);
    private static final TestCollector FILES = TestCollector.named("files").of(RefreshClass.HEAVY);
    private static final TestCollector LIVESYNC = TestCollector.named("livesync");
    private static final MetricFamily LIVE = TestCollector.gauge("indico_live_users");
    private static final MetricFamily ACTIVE = TestCollector.gauge("indico_active_users");
    private static final TestCollector USERS = TestCollector.named("users")
            .declaring(LIVE, ACTIVE)
            .asking(TestCollector.feeding(LIVE), TestCollector.feeding(ACTIVE));

    private final ManualTime time = new ManualTime();
    private final DatabaseContact contact = new DatabaseContact(time.source());
    private final QueryStates states = new QueryStates();
    private final CollectorCatalog collectors = CollectorCatalog.of(
            Stream.of(EVENTS, FILES, LIVESYNC, USERS)
                    .map(TestCollector::registered)
                    .toList(),
            List.of());
    private final QueryCatalog queries = new QueryCatalog(collectors, null);
    private final ScrapeContent content = new ScrapeContent(
            collectors, queries, new TestSettings().time(time.source()).build());

    @BeforeEach
    void learn() {
        queries.learn();
    }

    private void attempt(TestCollector collector, long millis, Result result) {
        attempt(collector, 0, millis, result);
    }

    private void attempt(TestCollector collector, int index, long millis, Result result) {
        RegisteredQuery query = queries.of(collector.registered()).get(index);
        states.publish(Map.of(query, new Attempt(time.now(), Duration.ofMillis(millis), result)));
    }

    private static final Result SKIPPED = new Result.Skipped(TestFacts.skip(SkipReason.PLUGIN_ABSENT, "gone"));

    private static Result success() {
        return new Result.Success(List.of(), new ReadCount(1_230_000, 4567));
    }

    private static Result failure(FailureReason reason) {
        return new Result.Failed(new Failure(reason, "no"));
    }

    private List<FamilyValues> values(boolean detailed) {
        return SelfMetrics.values(content.statuses(states.current()), contact.view(), time.now(), detailed);
    }

    private String exposition() {
        return exposition(true);
    }

    /** Leaves out families without a series, as the engine does. */
    private String exposition(boolean detailed) {
        return Exposition.text(values(detailed).stream()
                .filter(values -> !values.snapshot().getDataPoints().isEmpty())
                .toList());
    }

    /** The series of one family. */
    private List<String> series(String family) {
        return exposition().lines().filter(line -> line.startsWith(family)).toList();
    }

    @Test
    void writesAllSelfMetrics() {
        DatabaseFacts facts = TestFacts.ofIndico().build();
        contact.reached(
                new DatabaseFacts(
                        facts.tables(),
                        Set.of(),
                        new TreeMap<>(Map.of(
                                "alembic_version", "5d05eda06776", "alembic_version_plugin_livesync", "330e32d26232"))),
                time.now());
        contact.zone(new IndicoZone(ZoneId.of("Europe/Zurich"), "root category"));
        attempt(FILES, 24_000, success());
        time.advance(Duration.ofSeconds(5));
        attempt(EVENTS, 12, success());
        attempt(LIVESYNC, 1, SKIPPED);
        attempt(FILES, 30_000, failure(FailureReason.TIMEOUT));
        attempt(FILES, 30_500, failure(FailureReason.TIMEOUT));
        attempt(FILES, 60_000, failure(FailureReason.CONFLICT));
        assertThat(exposition()).isEqualTo("""
                # HELP indico_collector_buffers_read Pages that PostgreSQL read, from memory or disk, for the last successes of the collector's queries.
                # TYPE indico_collector_buffers_read gauge
                indico_collector_buffers_read{collector="events"} 4567.0
                indico_collector_buffers_read{collector="files"} 4567.0
                # HELP indico_collector_core_ratio Largest share of one database core that the collector can take, if scrapes refresh it as often as possible.
                # TYPE indico_collector_core_ratio gauge
                indico_collector_core_ratio{collector="events"} 2.1818181818181818E-4
                indico_collector_core_ratio{collector="files"} 0.5
                # HELP indico_collector_duration_seconds Total duration of the last attempts of the collector's queries.
                # TYPE indico_collector_duration_seconds gauge
                indico_collector_duration_seconds{collector="events"} 0.012
                indico_collector_duration_seconds{collector="files"} 60.0
                # HELP indico_collector_failing Collectors with a query whose last attempt failed (1), by reason.
                # TYPE indico_collector_failing gauge
                indico_collector_failing{collector="files",reason="conflict"} 1.0
                # HELP indico_collector_failures_total Failed attempts of the collector's queries.
                # TYPE indico_collector_failures_total counter
                indico_collector_failures_total{collector="events"} 0.0
                indico_collector_failures_total{collector="files"} 3.0
                indico_collector_failures_total{collector="livesync"} 0.0
                indico_collector_failures_total{collector="users"} 0.0
                # HELP indico_collector_last_attempt_timestamp_seconds When a query of the collector was last tried, in Unix time.
                # TYPE indico_collector_last_attempt_timestamp_seconds gauge
                indico_collector_last_attempt_timestamp_seconds{collector="events"} 1.772366405E9
                indico_collector_last_attempt_timestamp_seconds{collector="files"} 1.772366405E9
                indico_collector_last_attempt_timestamp_seconds{collector="livesync"} 1.772366405E9
                # HELP indico_collector_last_success_timestamp_seconds When the oldest values of the collector were read, in Unix time.
                # TYPE indico_collector_last_success_timestamp_seconds gauge
                indico_collector_last_success_timestamp_seconds{collector="events"} 1.772366405E9
                indico_collector_last_success_timestamp_seconds{collector="files"} 1.7723664E9
                # HELP indico_collector_rows_read Rows and index entries that PostgreSQL read for the last successes of the collector's queries.
                # TYPE indico_collector_rows_read gauge
                indico_collector_rows_read{collector="events"} 1230000.0
                indico_collector_rows_read{collector="files"} 1230000.0
                # HELP indico_collector_skipped Collectors with a query that cannot run on this database (1), by reason.
                # TYPE indico_collector_skipped gauge
                indico_collector_skipped{collector="livesync",reason="plugin_absent"} 1.0
                # HELP indico_collector_success Whether the last attempts of all queries of the collector that can run succeeded (1) or not (0).
                # TYPE indico_collector_success gauge
                indico_collector_success{collector="events"} 1.0
                indico_collector_success{collector="files"} 0.0
                # HELP indico_collector_ttl_seconds How long the collector's values stay fresh, stretched if the database share requires it.
                # TYPE indico_collector_ttl_seconds gauge
                indico_collector_ttl_seconds{collector="events"} 55.0
                indico_collector_ttl_seconds{collector="files"} 7667.286245354
                indico_collector_ttl_seconds{collector="livesync"} 285.0
                indico_collector_ttl_seconds{collector="users"} 285.0
                # HELP indico_database_error Reason why Indico's database cannot be read: 1 for the current one, 0 for the others.
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
                # HELP indico_schema_info Alembic revision and releases of Indico's schema, and revision of each plugin schema that the login may read.
                # TYPE indico_schema_info gauge
                indico_schema_info{component="indico",release="3.2.4-3.2.5",revision="5d05eda06776"} 1
                indico_schema_info{component="livesync",revision="330e32d26232"} 1
                # HELP indico_series_limit Largest number of series that the collectors and these self-metrics can have.
                # TYPE indico_series_limit gauge
                indico_series_limit 111.0
                # HELP indico_up Whether Indico's database was reached in the last 15 seconds (1) or not (0).
                # TYPE indico_up gauge
                indico_up 1.0
                # HELP indico_zone_info Time zone in which room bookings are read, and where it was found.
                # TYPE indico_zone_info gauge
                indico_zone_info{origin="root category",zone="Europe/Zurich"} 1
                """.formatted(System.getProperty("java.version"), Releases.own()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyFamilyThatIsShownIsGivenAndNoOther(boolean detailed) {
        assertThat(values(detailed))
                .extracting(FamilyValues::family)
                .containsExactlyElementsOf(SelfMetrics.families(detailed));
    }

    @Test
    void aCollectorHasFiveFamiliesUnlessAllAreAskedFor() {
        attempt(EVENTS, 12, success());
        assertThat(exposition(false).lines().filter(line -> line.contains("collector=\"events\"")))
                .containsExactly(
                        "indico_collector_duration_seconds{collector=\"events\"} 0.012",
                        "indico_collector_failures_total{collector=\"events\"} 0.0",
                        "indico_collector_last_success_timestamp_seconds{collector=\"events\"} 1.7723664E9",
                        "indico_collector_success{collector=\"events\"} 1.0",
                        "indico_collector_ttl_seconds{collector=\"events\"} 55.0");
        assertThat(exposition(true).lines().filter(line -> line.contains("collector=\"events\"")))
                .hasSize(5 + 4);
    }

    @Test
    void reservesTheNamesOfAllSelfMetrics() {
        assertThat(SelfMetrics.families())
                .isEqualTo(SelfMetrics.families(true))
                .containsAll(SelfMetrics.families(false));
        assertThat(SelfMetrics.families(true)).hasSize(17);
        assertThat(SelfMetrics.families(false)).hasSize(13);
    }

    @Test
    void theLimitCountsTheFamiliesOfAllCollectorsOnceAndTheSelfMetrics() {
        long families = 3 + 2;
        long ofCollectors = 5 * 4;
        long ofQueries = 2 * 5;
        long others = 4L + 50 + DatabaseError.values().length;
        assertThat(SelfMetrics.seriesLimit(content.statuses(states.current()), false))
                .isEqualTo(families + ofCollectors + ofQueries + others);
        assertThat(SelfMetrics.seriesLimit(content.statuses(states.current()), true))
                .isEqualTo(families + ofCollectors + 4 * 4 + ofQueries + others);
    }

    @Test
    void fiftyComponentsOfAThousandPluginsAreShown() {
        TreeMap<String, String> revisions = new TreeMap<>(Map.of("alembic_version", "a"));
        for (int i = 0; i < 1000; i++) {
            revisions.put("alembic_version_plugin_p" + i, "b");
        }
        contact.reached(new DatabaseFacts(TestFacts.ofIndico().build().tables(), Set.of(), revisions), time.now());
        assertThat(series("indico_schema_info{")).hasSize(50).anyMatch(line -> line.contains("component=\"indico\""));
    }

    @Test
    void familiesHaveOneNameEach() {
        assertThat(SelfMetrics.families()).extracting(FamilyNames::modelName).doesNotHaveDuplicates();
        assertThat(SelfMetrics.families())
                .usingElementComparator(Comparator.comparing(family -> family.name()))
                .doesNotHaveDuplicates();
    }

    @Nested
    class OfACollectorWithSeveralQueries {
        private List<String> ofUsers(String family) {
            return series(family).stream()
                    .filter(line -> line.contains("collector=\"users\""))
                    .toList();
        }

        @Test
        void aSkippedPartIsReportedTogetherWithASuccess() {
            attempt(USERS, 0, 20, success());
            attempt(USERS, 1, 0, SKIPPED);
            assertThat(ofUsers("indico_collector_success{"))
                    .containsExactly("indico_collector_success{collector=\"users\"} 1.0");
            assertThat(ofUsers("indico_collector_skipped{"))
                    .containsExactly("indico_collector_skipped{collector=\"users\",reason=\"plugin_absent\"} 1.0");
            assertThat(ofUsers("indico_collector_failing{")).isEmpty();
        }

        @Test
        void aPartThatFailsIsAFailureWithItsReasonWhileItLasts() {
            attempt(USERS, 0, 20, success());
            attempt(USERS, 1, 30, failure(FailureReason.QUERY));
            assertThat(ofUsers("indico_collector_success{"))
                    .containsExactly("indico_collector_success{collector=\"users\"} 0.0");
            assertThat(ofUsers("indico_collector_failing{"))
                    .containsExactly("indico_collector_failing{collector=\"users\",reason=\"query\"} 1.0");
            attempt(USERS, 1, 30, success());
            assertThat(ofUsers("indico_collector_success{"))
                    .containsExactly("indico_collector_success{collector=\"users\"} 1.0");
            assertThat(ofUsers("indico_collector_failing{")).isEmpty();
            assertThat(ofUsers("indico_collector_failures_total{"))
                    .containsExactly("indico_collector_failures_total{collector=\"users\"} 1.0");
        }

        @Test
        void eachReasonIsReportedOnce() {
            attempt(USERS, 0, 20, failure(FailureReason.TIMEOUT));
            attempt(USERS, 1, 30, failure(FailureReason.TIMEOUT));
            assertThat(ofUsers("indico_collector_failing{"))
                    .containsExactly("indico_collector_failing{collector=\"users\",reason=\"timeout\"} 1.0");
            attempt(USERS, 1, 30, failure(FailureReason.SCHEMA));
            assertThat(ofUsers("indico_collector_failing{")).hasSize(2);
            assertThat(ofUsers("indico_collector_failures_total{"))
                    .containsExactly("indico_collector_failures_total{collector=\"users\"} 3.0");
        }

        @Test
        void itsDurationIsTheirSum() {
            attempt(USERS, 0, 20, success());
            attempt(USERS, 1, 30, success());
            assertThat(ofUsers("indico_collector_duration_seconds{"))
                    .containsExactly("indico_collector_duration_seconds{collector=\"users\"} 0.05");
        }

        @Test
        void itsLastSuccessIsTheOldest() {
            attempt(USERS, 0, 20, success());
            assertThat(ofUsers("indico_collector_last_success")).isEmpty();
            time.advance(Duration.ofSeconds(5));
            attempt(USERS, 1, 30, success());
            assertThat(ofUsers("indico_collector_last_success"))
                    .containsExactly(
                            "indico_collector_last_success_timestamp_seconds{collector=\"users\"} 1.7723664E9");
        }
    }

    @Test
    void beforeTheFirstContactNothingIsKnownOfTheDatabase() {
        assertThat(series("indico_up")).containsExactly("indico_up 0.0");
        assertThat(series("indico_database_error")).hasSize(6).allMatch(line -> line.endsWith(" 0.0"));
        assertThat(series("indico_schema_info")).isEmpty();
        assertThat(series("indico_zone_info")).isEmpty();
    }

    @Test
    void aCollectorNotTriedYetHasATtlAndItsFailuresAreZero() {
        assertThat(exposition().lines().filter(line -> line.contains("collector=\"events\"")))
                .containsExactly(
                        "indico_collector_failures_total{collector=\"events\"} 0.0",
                        "indico_collector_ttl_seconds{collector=\"events\"} 55.0");
    }

    @Test
    void theReasonWhyTheDatabaseIsDownIsOneOfAll() {
        contact.failed(DatabaseError.TOO_MANY_CONNECTIONS, "full");
        assertThat(series("indico_database_error"))
                .containsOnlyOnce("indico_database_error{reason=\"too_many_connections\"} 1.0")
                .filteredOn(line -> line.endsWith(" 0.0"))
                .hasSize(5);
        assertThat(series("indico_up")).containsExactly("indico_up 0.0");
    }

    @Test
    void joinsTheRevisionsDuringAnUpgrade() {
        contact.reached(
                new DatabaseFacts(
                        TestFacts.ofIndico().build().tables(),
                        Set.of(),
                        new TreeMap<>(Map.of("alembic_version", "a,b"))),
                time.now());
        assertThat(series("indico_schema_info"))
                .containsExactly("indico_schema_info{component=\"indico\",release=\"unknown\",revision=\"a,b\"} 1");
    }

    @Test
    void aRequestForOneOfThemChecksTheDatabase() {
        assertThat(SelfMetrics.isAnyWanted("indico_up"::equals)).isTrue();
        assertThat(SelfMetrics.isAnyWanted("indico_collector_failures"::equals)).isTrue();
        assertThat(SelfMetrics.isAnyWanted("indico_collector_failures_total"::equals))
                .isTrue();
        assertThat(SelfMetrics.isAnyWanted("indico_events"::equals)).isFalse();
    }
}
