package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All collectors of a refresh see one state of the database, and never an emptiness that was not there. */
class SnapshotTest extends EngineTest {
    private final List<Instant> nows = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger runs = new AtomicInteger();

    @BeforeEach
    void threeNews() {
        ownDatabase();
        insertNews(3);
    }

    private void insertNews(int number) {
        for (int i = 0; i < number; i++) {
            database()
                    .dsl()
                    .insertInto(NEWS, NEWS.CREATED_DT, NEWS.TITLE, NEWS.CONTENT)
                    .values(Instant.EPOCH, "News", "")
                    .execute();
        }
    }

    private TestCollector news(String name, Runnable beforeReading) {
        return TestCollector.count(name, NEWS).beforeSending(context -> {
            nows.add(context.now());
            beforeReading.run();
        });
    }

    @Test
    void collectorsOfOneRefreshShareItAndItsInstant() {
        IndicoMetrics metrics = open(news("first", () -> {}), news("second", () -> insertNews(4)));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_first")).isEqualTo(3);
        assertThat(scrape.value("test_second")).isEqualTo(3);
        assertThat(nows).hasSize(2).containsOnly(clock.instant());
        clock.advance(Duration.ofSeconds(285));
        assertThat(scrape(metrics).value("test_first")).isEqualTo(7);
    }

    @Test
    void theInstantStaysTheSameIfASessionIsLostAndTheRestGetsANewOne() {
        Instant began = clock.instant();
        TestCollector losing = TestCollector.sql("a_losing", "SELECT pg_terminate_backend(pg_backend_pid())::int")
                .beforeSending(context -> clock.advance(Duration.ofSeconds(5)));
        Exposition scrape = scrape(open(losing, news("next", () -> {})));
        assertThat(scrape.success("a_losing")).isZero();
        assertThat(scrape.value("test_next")).isEqualTo(3);
        assertThat(nows).containsExactly(began);
    }

    /** Whose privileges PostgreSQL then does not know, while the snapshot still has the table. */
    @Test
    void aTableDroppedDuringTheReadIsNotAFailure() {
        database().dsl().execute("CREATE TABLE public.alembic_version_gone (version_num text)");
        BeforeStatement dataSource = new BeforeStatement(
                database().dataSource(),
                "has_column_privilege",
                () -> database().dsl().execute("DROP TABLE public.alembic_version_gone"));
        Exposition scrape = scrape(open(engine(dataSource, news("news", () -> {}))));
        assertThat(scrape.isUp()).isTrue();
        assertThat(scrape.value("test_news")).isEqualTo(3);
        assertThat(dataSource.isDone()).isTrue();
    }

    @Test
    void aTableTruncatedBeforeItsFirstReadIsReadAgain() {
        TestCollector collector = news("news", () -> {
            if (runs.incrementAndGet() == 2) {
                truncateAndInsert(2);
            }
        });
        IndicoMetrics metrics = open(collector, news("other", () -> {}));
        assertThat(scrape(metrics).value("test_news")).isEqualTo(3);
        clock.advance(Duration.ofSeconds(285));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_news")).as("neither 3 nor 0").isEqualTo(2);
        assertThat(scrape.value("test_other")).isEqualTo(2);
        assertThat(scrape.success("news")).isEqualTo(1);
        assertThat(runs).hasValue(3);
    }

    @Test
    void aTableTruncatedAgainAndAgainFailsAndKeepsItsLastValue() {
        TestCollector collector = news("news", () -> {
            if (runs.incrementAndGet() > 1) {
                truncateAndInsert(2);
            }
        });
        IndicoMetrics metrics = open(collector);
        scrape(metrics);
        clock.advance(Duration.ofSeconds(285));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_news")).isEqualTo(3);
        assertThat(scrape.success("news")).isZero();
        assertThat(scrape.failures("news", "changed_underneath")).isEqualTo(1);
    }

    private void truncateAndInsert(int number) {
        database().dsl().truncate(NEWS).execute();
        insertNews(number);
    }
}
