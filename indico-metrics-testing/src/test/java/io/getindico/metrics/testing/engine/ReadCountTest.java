package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What a collector had PostgreSQL read, by PostgreSQL's own count. */
class ReadCountTest extends EngineTest {
    private static final int ROWS = 1000;

    @BeforeEach
    void someNews() {
        ownDatabase();
        database()
                .dsl()
                .insertInto(NEWS, NEWS.CREATED_DT, NEWS.TITLE, NEWS.CONTENT)
                .select(DSL.select(DSL.inline(Instant.EPOCH), DSL.inline("News"), DSL.inline("x".repeat(100)))
                        .from(DSL.generateSeries(1, ROWS)))
                .execute();
    }

    private static TestCollector news(String name) {
        return TestCollector.count(name, NEWS, NEWS.TITLE.eq("none"));
    }

    private static @Nullable Double rows(Exposition scrape, String collector) {
        return scrape.value("indico_collector_rows_read{collector=\"" + collector + "\"}");
    }

    private static @Nullable Double buffers(Exposition scrape, String collector) {
        return scrape.value("indico_collector_buffers_read{collector=\"" + collector + "\"}");
    }

    private double pagesOfNews() {
        Object size = database().dsl().fetchValue("SELECT pg_relation_size('indico.news') / 8192");
        return ((Number) Objects.requireNonNull(size)).doubleValue();
    }

    @Test
    void allRowsAndPagesOfAFullyReadTableCount() {
        Exposition scrape = scrape(open(news("news")));
        assertThat(rows(scrape, "news")).isEqualTo(ROWS);
        // The planner looks at an index, too.
        assertThat(buffers(scrape, "news")).isBetween(pagesOfNews(), pagesOfNews() + 2);
    }

    @Test
    void entriesAndPagesOfAnIndexCount() {
        database().dsl().execute("ANALYZE indico.news");
        Exposition scrape = scrape(open(TestCollector.count("news", NEWS, NEWS.ID.eq(17))));
        assertThat(rows(scrape, "news")).isEqualTo(1);
        assertThat(buffers(scrape, "news")).isBetween(2.0, 4.0);
    }

    @Test
    void eachCollectorOfATransactionHasItsOwn() {
        MetricFamily family = TestCollector.family("twice");
        TestCollector twice = TestCollector.of(
                "twice",
                family,
                context -> List.of(TestCollector.count(family, NEWS), TestCollector.count(family, NEWS)));
        TestCollector users = TestCollector.count("users", USERS);
        Exposition scrape = scrape(open(news("once"), users, twice));
        assertThat(rows(scrape, "once")).isEqualTo(ROWS);
        assertThat(rows(scrape, "twice")).isEqualTo(2 * ROWS);
        assertThat(rows(scrape, "users")).isEqualTo(1);
    }

    @Test
    void theNextRefreshCountsFromZero() {
        IndicoMetrics metrics = open(news("news"));
        scrape(metrics);
        database().dsl().deleteFrom(NEWS).where(NEWS.ID.le(ROWS / 4)).execute();
        clock.advance(FaultTest.TTL);
        assertThat(rows(scrape(metrics), "news")).isEqualTo(ROWS - ROWS / 4);
    }

    @Test
    void aFailureLeavesWhatTheLastSuccessRead() {
        AtomicBoolean isBroken = new AtomicBoolean();
        IndicoMetrics metrics = open(news("fails").beforeSending(context -> {
            if (isBroken.get()) {
                throw new IllegalStateException("no");
            }
        }));
        scrape(metrics);
        isBroken.set(true);
        clock.advance(FaultTest.TTL);
        Exposition scrape = scrape(metrics);
        assertThat(scrape.success("fails")).isZero();
        assertThat(rows(scrape, "fails")).isEqualTo(ROWS);
    }

    @Test
    void ifTheServerDoesNotCountNothingIsReported() {
        PGSimpleDataSource dataSource = SessionWatch.named(database());
        dataSource.setOptions("-c track_counts=off");
        Exposition scrape = scrape(open(engine(dataSource, news("news"))));
        assertThat(scrape.success("news")).isEqualTo(1);
        assertThat(scrape.family("indico_collector_rows_read")).isEqualTo(Map.of());
        assertThat(scrape.family("indico_collector_buffers_read")).isEqualTo(Map.of());
    }
}
