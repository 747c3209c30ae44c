package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyHistory.IdRange;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.testing.HistoryText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jooq.Condition;
import org.jooq.Field;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A history that is read in several statements is the same as one that is read in one. */
class HistoryPartsTest extends EngineTest {
    private static final Instant FIRST = Instant.parse("2025-12-01T00:00:00Z");
    private static final int STEPS = 90;
    private static final Label PARITY = Label.closed("parity", "even", "odd");
    private static final Field<Instant> GONE =
            field("created_dt + (id % 5) * interval '10 days'", NEWS.CREATED_DT.getDataType());
    private static final Condition IS_EVEN = NEWS.ID.mod(2).eq(0);

    /** Each id from 1 to 300 has a row, so a part that misses its first or last id is noticed. The engine reads five parts. */
    @BeforeEach
    void insertNews() {
        ownDatabase()
                .dsl()
                .execute("INSERT INTO indico.news (id, created_dt, title, content)"
                        + " SELECT n, '2025-11-01'::timestamp + n * interval '7 hours', 'title ' || (300 - n) % 5,"
                        + " 'x' FROM generate_series(1, 300) n");
    }

    private static final class News implements MetricCollector {
        private final boolean isInParts;
        private final Label title;
        private final Condition slow;
        private final List<MetricFamily> families;

        News(boolean isInParts, Label title) {
            this(isInParts, title, noCondition());
        }

        News(boolean isInParts, Label title, Condition slow) {
            this.isInParts = isInParts;
            this.slow = slow;
            this.title = title;
            this.families = List.of(
                    gauge("news", title, PARITY),
                    gauge("ids", title),
                    gauge("all"),
                    gauge("new_1d", PARITY),
                    gauge("new_7d"),
                    gauge("alive", title));
        }

        private static MetricFamily gauge(String what, Label... labels) {
            return MetricFamily.gauge("test_" + what)
                    .help("A test's.")
                    .labels(labels)
                    .build();
        }

        @Override
        public String name() {
            return "news";
        }

        @Override
        public List<MetricFamily> families() {
            return families;
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            FamilyQuery query = query();
            families.forEach(family -> query.value(family, countRows()));
            return List.of(query);
        }

        private FamilyQuery query() {
            return FamilyQuery.from(NEWS)
                    .where(slow)
                    .by(title, NEWS.TITLE, NEWS.ID)
                    .by(PARITY, when(IS_EVEN, inline("even")).otherwise(inline("odd")));
        }

        @Override
        public List<FamilyHistory> histories(CollectionContext context) {
            List<MetricFamily> all = families;
            FamilyHistory since = FamilyHistory.exact(
                            query().value(all.get(0), countRows())
                                    .value(all.get(1), sum(NEWS.ID))
                                    .value(all.get(2), countRows().where(IS_EVEN))
                                    .value(all.get(3), countRows())
                                    .value(all.get(4), countRows()),
                            "News say when they came.")
                    .from(NEWS.CREATED_DT)
                    .lasting(all.get(3), Duration.ofDays(1))
                    .lasting(all.get(4), Duration.ofDays(7));
            FamilyHistory between = FamilyHistory.exact(query().value(all.get(5), countRows()), "And when they went.")
                    .from(when(NEWS.ID.mod(17).ne(0), NEWS.CREATED_DT))
                    .until(GONE)
                    .hourly();
            return isInParts ? List.of(since.inPartsOf(NEWS.ID), between.inPartsOf(NEWS.ID)) : List.of(since, between);
        }
    }

    private SortedMap<String, SortedMap<Instant, Double>> read(boolean isInParts, Label title, int transactions) {
        CountingDataSource counting = new CountingDataSource(database().dataSource());
        SortedMap<String, SortedMap<Instant, Double>> read =
                HistoryText.of(open(engine(counting, new News(isInParts, title))), FIRST, STEPS);
        // A slow machine reads smaller parts.
        assertThat(counting.asked()).isGreaterThanOrEqualTo(transactions);
        return read;
    }

    @Test
    void theSumOfThePartsIsTheWhole() {
        Label title = Label.open("title", 5);
        SortedMap<String, SortedMap<Instant, Double>> whole = read(false, title, 2);
        assertThat(whole).containsKeys("test_news{parity=\"odd\",title=\"title 4\"}", "test_alive{title=\"title 0\"}");
        assertThat(read(true, title, 10)).isEqualTo(whole);
    }

    /** Each part would keep the titles with its own lowest ids. */
    @Test
    void partsWithMoreValuesThanALabelTakesAreReadAgainInOne() {
        Label title = Label.open("title", 3);
        SortedMap<String, SortedMap<Instant, Double>> whole = read(false, title, 2);
        assertThat(whole).containsKey("test_news{parity=\"odd\",title=\"other\"}");
        assertThat(read(true, title, 4)).isEqualTo(whole);
    }

    /** The first part has no slow rows. So the second one is as large as it may be, and takes longer than the budget. */
    @Test
    void aPartThatTakesTooLongIsReadInSmallerParts() {
        Label title = Label.open("title", 5);
        SortedMap<String, SortedMap<Instant, Double>> whole = read(false, title, 2);
        News slow = new News(true, title, condition("(id < 40 OR pg_sleep(0.02)::text = '')"));
        IndicoMetricsBuilder builder =
                engine(database().dataSource(), slow).queryBudget(RefreshClass.HEAVY, Duration.ofSeconds(1));
        assertThat(HistoryText.of(open(builder), FIRST, STEPS)).isEqualTo(whole);
    }

    /** The first part has no such rows. A later one sleeps for a minute, unless the table was altered before. */
    private static News sleepsUntilAltered(Label title) {
        return new News(
                true,
                title,
                condition(
                        "(id < 40 OR pg_sleep(CASE WHEN EXISTS (SELECT FROM pg_attribute"
                                + " WHERE attrelid = 'indico.news'::regclass AND attname = 'more') THEN 0 ELSE 60 END)::text = '')"));
    }

    private CompletableFuture<SortedMap<String, SortedMap<Instant, Double>>> readUntilItYields(IndicoMetrics metrics) {
        CompletableFuture<SortedMap<String, SortedMap<Instant, Double>>> reading =
                CompletableFuture.supplyAsync(() -> HistoryText.of(metrics, FIRST, STEPS));
        Await.until(
                "a part sleeps",
                () -> reading.isDone()
                        || database()
                                .dsl()
                                .fetchExists(
                                        table("pg_stat_activity"),
                                        condition("datname = current_database() AND wait_event = 'PgSleep'")));
        database().dsl().execute("ALTER TABLE indico.news ADD COLUMN more integer");
        return reading;
    }

    @Test
    void aPartThatYieldsToAMigrationIsReadAgain() {
        Label title = Label.open("title", 5);
        SortedMap<String, SortedMap<Instant, Double>> whole = read(false, title, 2);
        IndicoMetrics metrics = open(sleepsUntilAltered(title));
        assertThat(readUntilItYields(metrics).join()).isEqualTo(whole);
    }

    @Test
    void nothingIsReadAgainAfterTheEngineIsClosed() {
        IndicoMetrics metrics = open(sleepsUntilAltered(Label.open("title", 5)));
        CompletableFuture<?> reading = readUntilItYields(metrics);
        metrics.close();
        assertThatThrownBy(reading::join)
                .hasRootCauseInstanceOf(AssertionError.class)
                .hasMessageContaining("yielded to a session that waited");
    }

    /** The same counts in plain SQL. */
    @Test
    void whatCountsOnlyForSomeTimeIsTakenBack() {
        SortedMap<String, SortedMap<Instant, Double>> read = read(true, Label.open("title", 5), 10);
        SortedMap<Instant, Double> expected = new TreeMap<>();
        for (int step = 0; step < STEPS; step++) {
            Instant at = FIRST.plus(Duration.ofDays(step));
            expected.put(
                    at,
                    database()
                            .dsl()
                            .fetchSingle(
                                    "SELECT count(*) FROM indico.news WHERE created_dt <= {0}::timestamp AND created_dt >"
                                            + " {0}::timestamp - interval '7 days'",
                                    inline(at.toString()))
                            .get(0, Double.class));
        }
        assertThat(read.get("test_new_7d")).isEqualTo(expected);
    }

    @Test
    void aTimeThatIsNoMultipleOfTheStepIsRefused() {
        MetricFamily family = MetricFamily.gauge("test_news").help("A test's.").build();
        FamilyHistory history = FamilyHistory.exact(FamilyQuery.from(NEWS).value(family, countRows()), "Dated.")
                .from(NEWS.CREATED_DT)
                .lasting(family, Duration.ofHours(36));
        assertThatThrownBy(() -> history.plan(any -> true, FIRST, STEPS, IdRange.ALL))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected a multiple of PT24H");
    }
}
