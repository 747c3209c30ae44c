package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Queues.QUEUES;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static io.getindico.metrics.testing.engine.TestCollector.count;
import static io.getindico.metrics.testing.engine.TestCollector.family;
import static io.getindico.metrics.testing.engine.TestCollector.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.FailureReason;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A collector of several queries, of which one cannot run or fails: the others do not mind. */
class PartialCollectorTest extends EngineTest {
    private static final Duration TTL = Duration.ofSeconds(285);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final MetricFamily TITLES = family("titles");
    private static final MetricFamily COUNTED = family("counted");
    private static final MetricFamily PART = family("part");

    /** Reads the titles of the news, and counts users. */
    private final TestCollector mixed = TestCollector.of(
            "mixed",
            List.of(TITLES, COUNTED),
            context -> List.of(count(TITLES, NEWS, NEWS.TITLE.isNotNull()), count(COUNTED, USERS)));

    private volatile String statement = "SELECT 7";
    private final TestCollector changeable = TestCollector.of(
            "mixed", List.of(PART, COUNTED), context -> List.of(sql(PART, statement), count(COUNTED, USERS)));

    @BeforeEach
    void changeable() {
        ownDatabase();
    }

    private static CollectorStatus status(IndicoMetrics metrics) {
        return metrics.status().collectors().get(0);
    }

    private static @Nullable Double time(Exposition scrape, String what) {
        return scrape.value("indico_collector_" + what + "{collector=\"mixed\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "ALTER TABLE indico.news RENAME TO old,                      TABLE_MISSING,     table indico.news is missing",
        "ALTER TABLE indico.news RENAME COLUMN title TO headline,    COLUMN_MISSING,    column indico.news.title is missing",
        "REVOKE SELECT ON indico.news FROM %s," + " PRIVILEGE_MISSING, the login may not read column indico.news.title",
    })
    void oneThingThatIsMissingSkipsOnlyTheQueryThatReadsIt(String change, SkipReason reason, String detail) {
        Login login = closing(new Login(database()));
        login.sql(change);
        IndicoMetrics metrics = open(engine(login.dataSource(), mixed));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_titles")).as("absent and not 0").isNull();
        assertThat(scrape.value("test_counted")).isEqualTo(1);
        assertThat(scrape.success("mixed")).isEqualTo(1);
        assertThat(scrape.family("indico_collector_skipped"))
                .containsExactly(Map.entry(
                        "indico_collector_skipped{collector=\"mixed\",reason=\"" + reason.label() + "\"}", 1.0));
        assertThat(scrape.family("indico_collector_failing")).isEmpty();
        assertThat(scrape.failures("mixed")).isZero();
        assertThat(time(scrape, "last_success_timestamp_seconds")).isEqualTo(clock.epochSeconds());
        CollectorStatus status = status(metrics);
        assertThat(status.outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(status.skipReasons()).containsExactly(reason);
        assertThat(status.queries())
                .extracting(
                        CollectorStatus.Query::families, CollectorStatus.Query::outcome, CollectorStatus.Query::detail)
                .containsExactly(
                        tuple(List.of(TITLES), Outcome.SKIPPED, detail), tuple(List.of(COUNTED), Outcome.SUCCESS, ""));
        assertThat(status.queries().get(0).missingColumns().keySet()).containsExactly("indico.news");
        assertThat(status.queries().get(1).missingColumns()).isEmpty();
    }

    @Test
    void aPluginThatIsAbsentSkipsOnlyTheQueryThatReadsIt() {
        MetricFamily queues = family("queues");
        TestCollector withPlugin = TestCollector.of(
                "mixed", List.of(queues, COUNTED), context -> List.of(count(queues, QUEUES), count(COUNTED, USERS)));
        database().dsl().execute("ALTER SCHEMA plugin_livesync RENAME TO not_yet");
        IndicoMetrics metrics = open(withPlugin);
        Exposition without = scrape(metrics);
        assertThat(without.skipped("mixed", "plugin_absent")).isEqualTo(1);
        assertThat(without.success("mixed")).isEqualTo(1);
        assertThat(without.value("test_counted")).isEqualTo(1);
        assertThat(without.value("test_queues")).isNull();
        database().dsl().execute("ALTER SCHEMA not_yet RENAME TO plugin_livesync");
        clock.advance(TTL);
        Exposition with = scrape(metrics);
        assertThat(with.value("test_queues")).isZero();
        assertThat(with.family("indico_collector_skipped")).isEmpty();
        assertThat(status(metrics).outcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void aCollectorWhoseQueriesAreAllSkippedNeitherSucceedsNorFails() {
        database().dsl().execute("ALTER TABLE indico.news RENAME TO old");
        database().dsl().execute("ALTER TABLE users.users RENAME COLUMN id TO number");
        TestCollector two = TestCollector.of(
                "mixed",
                List.of(TITLES, COUNTED),
                context -> List.of(count(TITLES, NEWS), count(COUNTED, USERS, USERS.ID.gt(0))));
        IndicoMetrics metrics = open(two);
        Exposition scrape = scrape(metrics);
        assertThat(scrape.success("mixed")).isNull();
        assertThat(scrape.skipped("mixed", "table_missing")).isEqualTo(1);
        assertThat(scrape.skipped("mixed", "column_missing")).isEqualTo(1);
        assertThat(time(scrape, "last_attempt_timestamp_seconds")).isEqualTo(clock.epochSeconds());
        assertThat(time(scrape, "last_success_timestamp_seconds")).isNull();
        assertThat(time(scrape, "duration_seconds")).isNull();
        assertThat(status(metrics).outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(two.runs()).as("nothing is sent").isZero();
    }

    @Test
    void aFailedQueryKeepsItsLastValuesUpToTheMaximumAgeBesideNewOnes() {
        IndicoMetrics metrics = open(engine(changeable).ttl(STANDARD, TTL));
        Exposition before = scrape(metrics);
        assertThat(before.failures("mixed")).as("counts from 0").isZero();
        assertThat(status(metrics).outcome()).isEqualTo(Outcome.SUCCESS);
        double readAt = clock.epochSeconds();

        statement = "SELECT 1 / 0";
        clock.advance(TTL);
        IndicoRows.into(database().dsl()).row(USERS).insert();
        Exposition failed = scrape(metrics);
        assertThat(failed.value("test_part")).as("the last value").isEqualTo(7);
        assertThat(failed.value("test_counted")).as("the new value").isEqualTo(2);
        assertThat(failed.success("mixed")).isZero();
        assertThat(failed.failures("mixed", "query")).isEqualTo(1);
        assertThat(failed.family("indico_collector_failing")).hasSize(1);
        assertThat(time(failed, "last_success_timestamp_seconds"))
                .as("that of the oldest values")
                .isEqualTo(readAt);
        assertThat(time(failed, "last_attempt_timestamp_seconds")).isEqualTo(clock.epochSeconds());
        assertThat(status(metrics).outcome()).isEqualTo(Outcome.PARTIAL);
        assertThat(status(metrics).failureReasons()).containsExactly(FailureReason.QUERY);
        assertThat(status(metrics).queries().get(0).detail()).contains("division by zero");

        clock.advance(TTL.plusSeconds(10));
        Exposition later = scrape(metrics);
        assertThat(later.value("test_part")).as("at two TTL and a budget").isEqualTo(7);
        assertThat(later.failures("mixed", "query")).isEqualTo(2);
        clock.advance(Duration.ofMillis(1));
        Exposition tooOld = scrape(metrics);
        assertThat(tooOld.value("test_part")).isNull();
        assertThat(tooOld.value("test_counted")).isEqualTo(2);

        statement = "SELECT 8";
        clock.advance(TTL);
        Exposition well = scrape(metrics);
        assertThat(well.value("test_part")).isEqualTo(8);
        assertThat(well.success("mixed")).isEqualTo(1);
        assertThat(well.failures("mixed")).as("a counter").isEqualTo(2);
        assertThat(well.family("indico_collector_failing")).isEmpty();
        assertThat(time(well, "last_success_timestamp_seconds")).isEqualTo(clock.epochSeconds());
    }

    @Test
    void aQueryThatNeverSucceededHasNoValueAndItsCollectorNoLastSuccess() {
        statement = "SELECT 1 / 0";
        Exposition scrape = scrape(open(changeable));
        assertThat(scrape.value("test_part")).isNull();
        assertThat(scrape.value("test_counted")).isEqualTo(1);
        assertThat(scrape.success("mixed")).isZero();
        assertThat(time(scrape, "last_success_timestamp_seconds")).isNull();
    }

    @Test
    void severalReasonsAreReportedAtOnce() {
        MetricFamily gone = family("gone");
        MetricFamily nowhere = family("nowhere");
        database().dsl().execute("ALTER TABLE indico.news RENAME TO old");
        TestCollector collector = TestCollector.of(
                "mixed",
                List.of(gone, PART, nowhere, COUNTED),
                context -> List.of(
                        count(gone, NEWS),
                        sql(PART, "SELECT 1 / 0"),
                        sql(nowhere, "TABLE nowhere"),
                        count(COUNTED, USERS)));
        IndicoMetrics metrics = open(collector);
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_counted")).isEqualTo(1);
        assertThat(scrape.success("mixed")).isZero();
        assertThat(scrape.skipped("mixed", "table_missing")).isEqualTo(1);
        assertThat(scrape.isFailing("mixed", "query")).isTrue();
        assertThat(scrape.isFailing("mixed", "schema")).isTrue();
        assertThat(scrape.failures("mixed")).isEqualTo(2);
        assertThat(status(metrics).outcome()).isEqualTo(Outcome.PARTIAL);
    }

    @Test
    void onlyTheQueryThatFailedForAPassingCauseIsTriedAgainSoon() {
        StatementLog log = new StatementLog(database().dataSource());
        IndicoMetrics metrics = open(engine(log, changeable));
        statement = "SELECT pg_terminate_backend(pg_backend_pid())::int";
        Exposition failed = scrape(metrics);
        assertThat(failed.failures("mixed", "connection")).isEqualTo(1);
        assertThat(failed.value("test_counted")).as("on a new connection").isEqualTo(1);
        statement = "SELECT 7";
        log.clear();
        clock.advance(SOON);
        Exposition again = scrape(metrics);
        assertThat(again.value("test_part")).isEqualTo(7);
        assertThat(log.containing("SELECT 7")).hasSize(1);
        assertThat(log.containing("\"users\".\"users\"")).isEmpty();
        assertThat(again.success("mixed")).isEqualTo(1);
        assertThat(time(again, "last_success_timestamp_seconds"))
                .as("that of the oldest values")
                .isEqualTo(clock.epochSeconds() - SOON.toSeconds());
    }

    @Test
    void itsDurationIsTheSumOfItsQueries() {
        TestCollector slow = TestCollector.of(
                        "mixed",
                        List.of(PART, COUNTED),
                        context -> List.of(sql(PART, "SELECT 1"), count(COUNTED, USERS)))
                .beforeSending(context -> clock.advance(Duration.ofSeconds(20)));
        Exposition scrape = scrape(open(slow));
        assertThat(time(scrape, "duration_seconds")).isEqualTo(40);
    }

    @Test
    void eachHeavyQueryIsReadAsOftenAsItsOwnDurationAllows() {
        TestCollector heavy = TestCollector.of(
                        "mixed",
                        List.of(PART, COUNTED),
                        context -> List.of(
                                FamilyQuery.withoutFrom().value(PART, scalar(TestCollector.whenSent(context, sent -> {
                                    clock.advance(Duration.ofSeconds(30));
                                    return 1;
                                }))),
                                count(COUNTED, USERS)))
                .in(HEAVY);
        StatementLog log = new StatementLog(database().dataSource());
        IndicoMetrics metrics = open(engine(log, heavy));
        Await.until("it is read", () -> scrape(metrics).success("mixed") != null);
        assertThat(time(scrape(metrics), "ttl_seconds")).as("the longest").isEqualTo(3750);
        log.clear();
        clock.advance(Duration.ofMinutes(24));
        scrape(metrics);
        Await.until(
                "the quick one is read again",
                () -> log.containing("\"users\".\"users\"").size() == 1);
        Await.until("all is ended", () -> sessions().count() == 0);
        assertThat(heavy.runs()).as("the long one is not").isEqualTo(3);
    }
}
