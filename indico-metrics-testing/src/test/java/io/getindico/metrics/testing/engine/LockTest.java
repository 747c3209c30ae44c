package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A refresh gives way to a session that waits for its lock, and does not wait long for a lock that others hold. */
class LockTest extends EngineTest {
    private static final String ALTER = "ALTER TABLE indico.news ADD COLUMN more integer";
    private static final String SLEEP = "SELECT pg_sleep(60)";

    /** Longer than the first try of a refresh, which gives up at once. */
    private static final Duration MOMENT = Duration.ofMillis(100);

    /** Two seconds by design; on a busy machine a little more. */
    private static final Duration SOON = Duration.ofSeconds(5);

    @BeforeEach
    void changeable() {
        ownDatabase();
    }

    private static TestCollector readingNews(String name) {
        return TestCollector.count(name, NEWS);
    }

    @Test
    void aRefreshYieldsToAMigration() {
        assertThatAlterTableSoonEnds(
                TestCollector.sql("reader", "SELECT count(*) + (SELECT 0 FROM pg_sleep(60)) FROM indico.news"));
    }

    @Test
    void aRefreshYieldsToAMigrationIfAnEarlierCollectorHoldsTheLock() {
        IndicoMetrics metrics = assertThatAlterTableSoonEnds(readingNews("early"), TestCollector.sql("reader", SLEEP));
        assertThat(glance(metrics).value("test_early")).isZero();
    }

    @Test
    void aRefreshYieldsToAMigrationIfTheCollectorIsBusyWithItself() {
        CountDownLatch mayEnd = new CountDownLatch(1);
        MetricFamily news = TestCollector.family("news");
        MetricFamily busy = TestCollector.family("busy");
        assertThatAlterTableSoonEnds(TestCollector.of(
                "reader",
                List.of(news, busy),
                context -> List.of(
                        TestCollector.count(news, NEWS),
                        FamilyQuery.withoutFrom().value(busy, scalar(TestCollector.whenSent(context, sent -> {
                            mayEnd.await();
                            return 1;
                        }))))));
        mayEnd.countDown();
    }

    private IndicoMetrics assertThatAlterTableSoonEnds(TestCollector... collectors) {
        IndicoMetrics metrics = open(engine(collectors).queryBudget(STANDARD, LONG));
        metrics.warmUp();
        Await.until(
                "the lock is held",
                () -> database()
                        .dsl()
                        .fetchExists(
                                org.jooq.impl.DSL.table("pg_locks"),
                                org.jooq.impl.DSL.condition(
                                        "relation = 'indico.news'::regclass AND mode = 'AccessShareLock'")));
        long before = System.nanoTime();
        database().dsl().execute(ALTER);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
        Await.until("the refresh ends", () -> glance(metrics).success("reader") != null);
        assertThat(glance(metrics).failures("reader", "cancelled_for_lock")).isEqualTo(1);
        assertThat(glance(metrics).isUp()).isTrue();
        return metrics;
    }

    @Test
    void aTableThatIsLockedFailsItsReadersAlone() {
        IndicoMetrics metrics = open(engine(readingNews("reader"), TestCollector.sql("other", "SELECT 1"))
                .lockTimeout(Duration.ofMillis(200)));
        whileLocked("indico.news", () -> {
            Exposition scrape = scrape(metrics);
            assertThat(scrape.failures("reader", "timeout")).isEqualTo(1);
            assertThat(scrape.value("test_other")).isEqualTo(1);
            assertThat(scrape.isUp()).isTrue();
        });
    }

    @Test
    void lockedRevisionsDoNotCountAsAnOutage() {
        IndicoMetrics metrics = open(engine(readingNews("reader")).lockTimeout(Duration.ofMillis(200)));
        scrape(metrics);
        clock.advance(Duration.ofSeconds(285));
        whileLocked("public.alembic_version", () -> {
            Exposition scrape = scrape(metrics);
            assertThat(scrape.databaseErrors()).isEmpty();
            assertThat(scrape.failures("reader", "timeout")).isEqualTo(1);
        });
        clock.advance(Duration.ofSeconds(285));
        assertThat(scrape(metrics).success("reader")).isEqualTo(1);
    }

    @Test
    void revisionsThatAreSoonUnlockedAreWaitedFor() {
        IndicoMetrics metrics =
                open(engine(readingNews("reader")).lockTimeout(LONG).queryBudget(STANDARD, LONG));
        List<CompletableFuture<Exposition>> scrapes = new ArrayList<>();
        whileLocked("public.alembic_version", () -> {
            scrapes.add(CompletableFuture.supplyAsync(() -> scrape(metrics)));
            Await.until("we wait for more than a moment", () -> sessions().isWaitingForALockSince(MOMENT));
        });
        assertThat(scrapes.get(0).join().success("reader")).isEqualTo(1);
    }

    private void whileLocked(String table, Runnable work) {
        database().dsl().connection(connection -> {
            connection.setAutoCommit(false);
            connection.createStatement().execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
            work.run();
            connection.rollback();
        });
    }

    @Test
    void doesNotDelayASessionThatWaitsBehindItForALock() {
        IndicoMetrics metrics =
                open(engine(readingNews("reader")).lockTimeout(LONG).queryBudget(STANDARD, LONG));
        List<CompletableFuture<?>> behind = new ArrayList<>();
        whileLocked("indico.news", () -> {
            metrics.warmUp();
            Await.until("we wait for more than a moment", () -> sessions().isWaitingForALockSince(MOMENT));
            behind.add(CompletableFuture.runAsync(() -> database().dsl().execute(ALTER)));
            Await.until("we leave the queue", () -> sessions().running("count(*)") == 0);
        });
        behind.forEach(CompletableFuture::join);
        assertThat(glance(metrics).failures("reader", "cancelled_for_lock")).isEqualTo(1);
    }
}
