package io.getindico.metrics.testing.standby;

import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.engine.Await;
import io.getindico.metrics.testing.engine.Exposition;
import io.getindico.metrics.testing.engine.Sessions;
import io.getindico.metrics.testing.engine.StatementLog;
import io.getindico.metrics.testing.engine.TestCollector;
import io.getindico.metrics.testing.engine.TestCollector.Calculation;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading on a standby: what its replay does to us, and what it does not. */
class StandbyTest extends ReplicationTest {
    private static final String REMOVE_AND_VACUUM = "DELETE FROM indico.news; VACUUM indico.news";

    private static final IdSet NEWS_IDS = IdSet.of("all_news", NEWS.ID, NEWS, DSL.noCondition());

    private static final Duration LONG = Duration.ofSeconds(30);

    private final AtomicInteger runs = new AtomicInteger();
    private final Sessions sessions = sessionsOn(servers().standby());

    @BeforeEach
    void threeNews() {
        servers().standbyWaits(Duration.ofMillis(100));
        replaceNews(3);
        awaitReplay();
    }

    @AfterEach
    void noSessionIsLeft() {
        Await.until("no session is left", () -> sessions.count() == 0);
    }

    private static void replaceNews(int number) {
        onPrimary("TRUNCATE indico.news");
        insertNews(number);
    }

    private static void insertNews(int number) {
        IndicoRows rows = IndicoRows.into(database().dsl());
        for (int i = 0; i < number; i++) {
            rows.row(NEWS).insert();
        }
    }

    /** Runs each statement in its own transaction, as VACUUM needs it. */
    private static void onPrimary(String statements) {
        List.of(statements.split("; ", -1)).forEach(database().dsl()::execute);
    }

    private static TestCollector news() {
        return TestCollector.count("news", NEWS);
    }

    @Test
    void eachCollectorHasATransactionOfItsOwn() {
        servers().standbyWaits(LONG);
        TestCollector first = TestCollector.gauge("first", context -> {
            insertNews(2);
            awaitReplay();
            return 1;
        });
        Exposition scrape = scrape(open(on(servers().standby()), first, news()));
        assertThat(scrape.isUp()).isTrue();
        assertThat(scrape.databaseErrors()).isEmpty();
        assertThat(scrape.value("test_news")).as("the state after the first").isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                REMOVE_AND_VACUUM,
                "TRUNCATE indico.news",
                "ALTER TABLE indico.news ADD COLUMN IF NOT EXISTS more integer",
                "CREATE INDEX ON indico.news (title); DROP INDEX indico.news_title_idx"
            })
    void aConflictDuringAStatementFailsItsCollectorAlone(String statements) {
        assertThatAConflictFailsTheReaderAlone(reader(context -> runs.getAndIncrement() == 0 ? 60 : 0), statements);
    }

    @Test
    void aConflictWhileTheCollectorComputesFailsItAlone() {
        AtomicBoolean ended = new AtomicBoolean();
        TestCollector reader = reader(context -> {
            if (runs.getAndIncrement() == 0) {
                Await.until("the session is ended", () -> sessions.count() == 0);
                ended.set(true);
            }
            return 0;
        });
        assertThatAConflictFailsTheReaderAlone(reader, REMOVE_AND_VACUUM);
        assertThat(ended).isTrue();
    }

    /** Reads the news, and then sleeps for as long as is known only when that query is sent. */
    private static TestCollector reader(Calculation seconds) {
        MetricFamily news = TestCollector.family("reader_news");
        MetricFamily family = TestCollector.family("reader");
        return TestCollector.of(
                "reader",
                List.of(news, family),
                context -> List.of(
                        TestCollector.count(news, NEWS),
                        FamilyQuery.withoutFrom().value(family, scalar(sleeping(context, seconds)))));
    }

    private static Field<Integer> sleeping(CollectionContext context, Calculation seconds) {
        return DSL.field("(SELECT 1 FROM pg_sleep({0}))", Integer.class, TestCollector.whenSent(context, seconds));
    }

    private void assertThatAConflictFailsTheReaderAlone(TestCollector reader, String statements) {
        IndicoMetrics metrics = open(on(servers().standby()), reader, other());
        CompletableFuture<Exposition> during = CompletableFuture.supplyAsync(() -> scrape(metrics));
        Await.until("it has read", () -> runs.get() == 1);
        onPrimary(statements);
        Exposition failed = during.join();
        assertThat(failed.success("reader")).isZero();
        assertThat(failed.failures("reader", "conflict")).isEqualTo(1);
        assertThat(failed.value("test_reader")).isNull();
        assertThat(failed.value("test_z_other")).isEqualTo(7);
        assertThat(failed.isUp()).isTrue();
        assertThat(failed.databaseErrors()).isEqualTo("conflict");
        clock.advance(SOON);
        Exposition after = scrape(metrics);
        assertThat(after.value("test_reader")).isEqualTo(1);
        assertThat(after.success("reader")).isEqualTo(1);
        assertThat(after.databaseErrors()).isEmpty();
    }

    /** Tells one transaction from another. */
    private static TestCollector transaction(String name, IdSet... sets) {
        MetricFamily family = TestCollector.family(name);
        return TestCollector.of(
                name,
                family,
                context -> List.of(TestCollector.sql(family, "SELECT extract(epoch FROM transaction_timestamp())")
                        .where(Stream.of(sets)
                                .map(set -> set.doesNotContain(DSL.inline(-1)))
                                .toArray(Condition[]::new))));
    }

    @Test
    void collectorsThatShareASetShareATransactionAndItsReading() {
        IdSet other = IdSet.of("other_news", NEWS.ID, NEWS, NEWS.TITLE.isNull());
        StatementLog log = new StatementLog(on(servers().standby()));
        Exposition scrape = scrape(open(
                log,
                transaction("a", NEWS_IDS),
                transaction("b"),
                transaction("c", NEWS_IDS, other),
                transaction("d"),
                transaction("e", other)));
        assertThat(scrape.value("test_a")).isNotNull().isEqualTo(scrape.value("test_c"));
        assertThat(scrape.value("test_e"))
                .as("by way of the one in between")
                .isNotNull()
                .isEqualTo(scrape.value("test_a"));
        assertThat(Stream.of("a", "b", "d").map(name -> scrape.value("test_" + name)))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
        assertThat(log.containing("\"set_config\"('indico_metrics.all_news'")).hasSize(1);
        assertThat(log.containing("\"set_config\"('indico_metrics.other_news'")).hasSize(1);
    }

    @Test
    void theZoneIsReadOnceAndJoinsNoCollectors() {
        StatementLog log = new StatementLog(on(servers().standby()));
        Exposition scrape = scrape(open(log, inZone("a"), inZone("b")));
        assertThat(scrape.value("test_a")).isNotNull();
        assertThat(scrape.value("test_b")).isNotNull().isNotEqualTo(scrape.value("test_a"));
        assertThat(log.containing("\"timezone\"")).hasSize(1);
    }

    private static TestCollector inZone(String name) {
        MetricFamily family = TestCollector.family(name);
        return TestCollector.of(
                name,
                family,
                context -> List.of(TestCollector.sql(family, "SELECT extract(epoch FROM transaction_timestamp())")
                        .where(context.zone().eq("Europe/Zurich"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {REMOVE_AND_VACUUM, "TRUNCATE indico.news"})
    void aConflictFailsOnlyTheCollectorsThatShareASet(String statements) {
        MetricFamily family = TestCollector.family("reader");
        TestCollector reader = TestCollector.of(
                "reader",
                family,
                context -> List.of(FamilyQuery.withoutFrom()
                        .where(NEWS_IDS.doesNotContain(DSL.inline(-1)))
                        .value(family, scalar(sleeping(context, sent -> runs.getAndIncrement() == 0 ? 60 : 0)))));
        IndicoMetrics metrics = open(on(servers().standby()), reader, transaction("sharing", NEWS_IDS), other());
        CompletableFuture<Exposition> during = CompletableFuture.supplyAsync(() -> scrape(metrics));
        Await.until("it is at work", () -> sessions.running("pg_sleep") == 1);
        onPrimary(statements);
        Exposition failed = during.join();
        assertThat(failed.failures("reader", "conflict")).isEqualTo(1);
        assertThat(failed.failures("sharing", "conflict")).isEqualTo(1);
        assertThat(failed.value("test_z_other")).isEqualTo(7);
        assertThat(failed.success("z_other")).isEqualTo(1);
        assertThat(failed.isUp()).isTrue();
        clock.advance(SOON);
        Exposition after = scrape(metrics);
        assertThat(after.value("test_reader")).isEqualTo(1);
        assertThat(after.value("test_sharing")).isNotNull();
        assertThat(after.databaseErrors()).isEmpty();
    }

    @Test
    void aConflictFailsTheRemainingQueriesOfItsCollector() {
        MetricFamily before = TestCollector.family("before");
        MetricFamily conflicting = TestCollector.family("conflicting");
        MetricFamily after = TestCollector.family("after");
        TestCollector reader = TestCollector.of(
                "reader",
                List.of(before, conflicting, after),
                context -> List.of(
                        TestCollector.count(before, NEWS),
                        FamilyQuery.withoutFrom()
                                .value(
                                        conflicting,
                                        scalar(sleeping(context, sent -> runs.getAndIncrement() == 0 ? 60 : 0))),
                        TestCollector.sql(after, "SELECT 5")));
        IndicoMetrics metrics = open(on(servers().standby()), reader, other());
        CompletableFuture<Exposition> during = CompletableFuture.supplyAsync(() -> scrape(metrics));
        Await.until("it is at work", () -> sessions.running("pg_sleep") == 1);
        onPrimary(REMOVE_AND_VACUUM);
        Exposition failed = during.join();
        assertThat(failed.value("test_before")).isEqualTo(3);
        assertThat(failed.value("test_conflicting")).isNull();
        assertThat(failed.value("test_after")).isNull();
        assertThat(failed.failures("reader", "conflict")).isEqualTo(2);
        assertThat(failed.value("test_z_other")).isEqualTo(7);
        clock.advance(SOON);
        Exposition again = scrape(metrics);
        assertThat(again.value("test_conflicting")).isEqualTo(1);
        assertThat(again.value("test_after")).isEqualTo(5);
        assertThat(again.success("reader")).isEqualTo(1);
    }

    @Test
    void aConflictBeforeACollectorFailsOnlyThatOne() throws SQLException {
        String plugin = "public.alembic_version_plugin_z";
        onPrimary("CREATE TABLE " + plugin + " AS SELECT 'a' AS version_num");
        IndicoMetrics metrics = open(on(servers().standby()), news(), other());
        CompletableFuture<Exposition> during;
        try (Connection upgrade = locked(plugin)) {
            awaitReplay();
            during = CompletableFuture.supplyAsync(() -> scrape(metrics));
            Await.until("it waits for the plugin's revision", () -> isOnStandby("NOT granted"));
            try (Connection other = locked("public.alembic_version")) {
                Await.until(
                        "it is cancelled",
                        () -> isOnStandby("granted AND mode = 'AccessExclusiveLock'"
                                + " AND relation = 'public.alembic_version'::regclass"));
                other.rollback();
            }
            upgrade.rollback();
        }
        awaitReplay();
        Exposition failed = during.join();
        assertThat(failed.failures("news", "conflict")).isEqualTo(1);
        assertThat(failed.value("test_z_other")).isEqualTo(7);
        assertThat(failed.isUp()).isTrue();
        clock.advance(SOON);
        assertThat(scrape(metrics).value("test_news")).isEqualTo(3);
    }

    private static boolean isOnStandby(String lock) {
        return DSL.using(on(servers().standby()), SQLDialect.POSTGRES).fetchExists(table("pg_locks"), condition(lock));
    }

    /** A connection that holds the table locked, on the primary; the lock is soon on the standby too. */
    private static Connection locked(String table) throws SQLException {
        Connection connection = on(servers().primary()).getConnection();
        connection.setAutoCommit(false);
        connection.createStatement().execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
        // A commit also sends the log records that others have written.
        onPrimary("SELECT pg_current_xact_id()");
        return connection;
    }

    @Test
    void aTableTruncatedBeforeItsFirstReadIsReadAgain() throws SQLException {
        servers().standbyWaits(LONG);
        TestCollector reader = TestCollector.count("reader", NEWS).beforeSending(context -> {
            if (runs.getAndIncrement() == 1) {
                replaceNews(2);
                awaitReplay();
            }
        });
        IndicoMetrics metrics = open(on(servers().standby()), reader);
        assertThat(scrape(metrics).value("test_reader")).isEqualTo(3);
        clock.advance(TTL);
        try (Connection old = on(servers().primary()).getConnection()) {
            // While a session may see old rows of the catalog, PostgreSQL does not remove them, so there is no
            // conflict.
            old.setAutoCommit(false);
            old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            old.createStatement().execute("SELECT 1");
            Exposition again = scrape(metrics);
            assertThat(again.value("test_reader")).as("neither 3 nor 0").isEqualTo(2);
            assertThat(again.success("reader")).isEqualTo(1);
            assertThat(reader.runs()).isEqualTo(3);
        }
    }

    @Test
    void aStandbyThatLagsGivesItsOwnState() {
        IndicoMetrics metrics = open(on(servers().standby()), news());
        servers().pauseReplay();
        replaceNews(4);
        Exposition lagging = scrape(metrics);
        assertThat(lagging.value("test_news")).isEqualTo(3);
        assertThat(lagging.isUp()).isTrue();
        servers().resumeReplay();
        awaitReplay();
        clock.advance(TTL);
        assertThat(scrape(metrics).value("test_news")).isEqualTo(4);
    }

    @Test
    void aRestartIsReportedAndRecoveredFrom() throws IOException {
        AtomicBoolean sleeps = new AtomicBoolean(true);
        TestCollector slow = TestCollector.sql("slow", () -> "SELECT 5 FROM pg_sleep(" + (sleeps.get() ? 60 : 0) + ")");
        IndicoMetrics metrics = open(on(servers().standby()), news(), slow);
        CompletableFuture<Exposition> during = CompletableFuture.supplyAsync(() -> scrape(metrics));
        Await.until("a query runs", () -> sessions.running("pg_sleep") == 1);
        servers().stopStandby();
        Exposition stopped = during.join();
        assertThat(stopped.value("test_news")).as("read before").isEqualTo(3);
        assertThat(stopped.failures("slow", "connection")).isEqualTo(1);
        clock.advance(Duration.ofSeconds(20));
        Exposition away = scrape(metrics);
        assertThat(away.isUp()).isFalse();
        assertThat(away.databaseErrors()).isEqualTo("unreachable");
        assertThat(away.value("test_news")).isEqualTo(3);
        servers().startStandby();
        sleeps.set(false);
        clock.advance(TTL);
        Exposition back = scrape(metrics);
        assertThat(back.isUp()).isTrue();
        assertThat(back.databaseErrors()).isEmpty();
        assertThat(back.value("test_news")).isEqualTo(3);
        assertThat(back.value("test_slow")).isEqualTo(5);
    }

    @Test
    void aDatabaseDroppedWhileItIsReadIsNotIndicoAnyMore() {
        IndicoDatabase dropped = IndicoDatabase.create(servers().primary(), IndicoRelease.newest());
        dropped.prepare();
        awaitReplay();
        TestCollector reader = TestCollector.sql("reader", "SELECT count(*) FROM pg_sleep(60)");
        IndicoMetrics metrics = open(at(servers().standby().jdbcUrl(dropped.name())), reader, other());
        CompletableFuture<Exposition> during = CompletableFuture.supplyAsync(() -> scrape(metrics));
        Sessions there = new Sessions(servers().standby(), dropped.name());
        Await.until("a query runs", () -> there.running("pg_sleep") == 1);
        dropped.close();
        Exposition scrape = during.join();
        assertThat(scrape.failures("reader", "connection")).isEqualTo(1);
        assertThat(scrape.value("test_z_other")).isNull();
        assertThat(scrape.isUp()).isFalse();
        awaitReplay();
        clock.advance(Duration.ofSeconds(1));
        assertThat(scrape(metrics).databaseErrors()).isEqualTo("not_indico");
    }
}
