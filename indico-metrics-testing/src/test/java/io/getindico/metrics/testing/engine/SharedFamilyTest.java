package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.api.Value.countDistinct;
import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.max;
import static io.getindico.metrics.api.Value.min;
import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.inline;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A family that several queries feed, each a part of it. No number that lacks a part of its rows looks whole. */
class SharedFamilyTest extends EngineTest {
    /** Whether one collector has all queries, or each query has its own collector, with the same constant. */
    enum Owner {
        ONE,
        EACH
    }

    private interface Part {
        FamilyQuery query();
    }

    private static final Duration TTL = Duration.ofSeconds(285);
    private static final Duration MAX_AGE = TTL.multipliedBy(2).plusSeconds(10);
    private static final Label KIND = Label.closed("kind", "news", "user");
    private static final Label STATE = Label.closed("state", "old", "new");
    private static final Label PLACE = Label.open("place");
    private static final MetricFamily APART = MetricFamily.gauge("test_apart")
            .help("By kind.")
            .labels(KIND, STATE)
            .build();
    private static final MetricFamily TOGETHER =
            MetricFamily.gauge("test_together").help("All.").build();

    /** While it is set, the part of the news fails. */
    private final AtomicBoolean fails = new AtomicBoolean();

    @BeforeEach
    void threeNews() {
        ownDatabase();
        IndicoRows rows = IndicoRows.into(database().dsl());
        for (int i = 0; i < 3; i++) {
            rows.row(NEWS).insert();
        }
    }

    /** Divides by zero for each row where the part is to fail. */
    private Condition works() {
        return DSL.condition(fails.get() ? "1 / (id - id) = 1" : "true");
    }

    private FamilyQuery news() {
        return FamilyQuery.from(NEWS).where(works());
    }

    private FamilyQuery newsApart() {
        return news().constant(KIND, "news")
                .by(STATE, NEWS.ID.lt(inline(3)), "old", "new")
                .value(APART, countRows());
    }

    private static FamilyQuery usersApart() {
        return FamilyQuery.from(USERS)
                .constant(KIND, "user")
                .by(STATE, USERS.IS_SYSTEM.isTrue(), "old", "new")
                .value(APART, countRows());
    }

    private FamilyQuery newsTogether() {
        return news().value(TOGETHER, countRows());
    }

    private static FamilyQuery usersTogether() {
        return FamilyQuery.from(USERS).value(TOGETHER, countRows());
    }

    private static MetricCollector[] collectors(Owner owner, MetricFamily family, Part... parts) {
        if (owner == Owner.ONE) {
            return new MetricCollector[] {
                TestCollector.of(
                        "all",
                        family,
                        context -> Stream.of(parts).map(Part::query).toList())
            };
        }
        return IntStream.range(0, parts.length)
                .mapToObj(i -> TestCollector.of("part" + i, family, context -> List.of(parts[i].query())))
                .toArray(MetricCollector[]::new);
    }

    private IndicoMetrics apart(Owner owner) {
        return open(collectors(owner, APART, this::newsApart, SharedFamilyTest::usersApart));
    }

    private IndicoMetrics together(Owner owner) {
        return open(collectors(owner, TOGETHER, this::newsTogether, SharedFamilyTest::usersTogether));
    }

    private void dropNews() {
        database().dsl().execute("DROP TABLE indico.news");
    }

    private static String apart(String kind, String state) {
        return "test_apart{kind=\"" + kind + "\",state=\"" + state + "\"}";
    }

    private static final Map<String, Double> NEWS_APART = Map.of(apart("news", "old"), 2.0, apart("news", "new"), 1.0);
    private static final Map<String, Double> USERS_APART = Map.of(apart("user", "old"), 1.0, apart("user", "new"), 0.0);

    private static Map<String, Double> both() {
        return Stream.of(NEWS_APART, USERS_APART)
                .flatMap(part -> part.entrySet().stream())
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @ParameterizedTest
    @EnumSource
    void partsWithAConstantLabelAreOneFamily(Owner owner) {
        assertThat(scrape(apart(owner)).family("test_apart")).isEqualTo(both());
    }

    @ParameterizedTest
    @EnumSource
    void aDistinctPartThatIsSkippedIsAbsentAndNotZero(Owner owner) {
        dropNews();
        assertThat(scrape(apart(owner)).family("test_apart")).isEqualTo(USERS_APART);
    }

    @ParameterizedTest
    @EnumSource
    void aDistinctPartThatFailsKeepsItsLastValuesUpToTheMaximumAge(Owner owner) {
        IndicoMetrics metrics = apart(owner);
        scrape(metrics);
        fails.set(true);
        IndicoRows.into(database().dsl()).row(USERS).insert();
        Map<String, Double> expected = new HashMap<>(both());
        expected.put(apart("user", "new"), 1.0);
        clock.advance(MAX_AGE);
        assertThat(scrape(metrics).family("test_apart")).isEqualTo(expected);
        clock.advance(Duration.ofMillis(1));
        expected.keySet().removeAll(NEWS_APART.keySet());
        assertThat(scrape(metrics).family("test_apart")).isEqualTo(expected);
        fails.set(false);
        clock.advance(TTL);
        assertThat(scrape(metrics).family("test_apart")).containsAllEntriesOf(NEWS_APART);
    }

    @ParameterizedTest
    @EnumSource
    void indistinctPartsAddUp(Owner owner) {
        assertThat(scrape(together(owner)).value("test_together")).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void aFamilyWithASkippedIndistinctPartIsAbsent(Owner owner) {
        dropNews();
        Exposition scrape = scrape(together(owner));
        assertThat(scrape.value("test_together")).isNull();
        assertThat(scrape.family("indico_collector_success")).containsValue(1.0);
    }

    @ParameterizedTest
    @EnumSource
    void aFamilyWithAnIndistinctPartThatWasNeverReadIsAbsent(Owner owner) {
        fails.set(true);
        assertThat(scrape(together(owner)).value("test_together")).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aFailedIndistinctPartCountsWithItsLastValueUpToTheMaximumAge(Owner owner) {
        IndicoMetrics metrics = together(owner);
        scrape(metrics);
        fails.set(true);
        IndicoRows.into(database().dsl()).row(USERS).insert();
        clock.advance(MAX_AGE);
        assertThat(scrape(metrics).value("test_together"))
                .as("3 of before and 2 of now")
                .isEqualTo(5);
        clock.advance(Duration.ofMillis(1));
        assertThat(scrape(metrics).value("test_together"))
                .as("one part is too old")
                .isNull();
    }

    @ParameterizedTest
    @EnumSource
    void ifOnlySomePartsAreDistinctASkippedPartMakesAllAbsent(Owner owner) {
        MetricCollector[] collectors = collectors(
                owner,
                APART,
                this::newsApart,
                SharedFamilyTest::usersApart,
                () -> FamilyQuery.from(LOCATIONS)
                        .constant(KIND, "user")
                        .constant(STATE, "new")
                        .value(APART, countRows()));
        IndicoMetrics metrics = open(engine(collectors).ttl(STANDARD, TTL));
        assertThat(scrape(metrics).family("test_apart")).isEqualTo(both());
        database().dsl().execute("ALTER TABLE roombooking.locations RENAME TO away");
        clock.advance(TTL);
        assertThat(scrape(metrics).family("test_apart")).isEmpty();
    }

    @Test
    void aFamilyWithAnIndistinctPartOfAnExcludedCollectorIsAbsent() {
        IndicoMetricsBuilder engine =
                engine(collectors(Owner.EACH, TOGETHER, this::newsTogether, SharedFamilyTest::usersTogether));
        Exposition scrape = scrape(open(engine.exclude(List.of("part0"))));
        assertThat(scrape.value("test_together")).isNull();
        assertThat(scrape.family("indico_collector_success"))
                .containsExactly(Map.entry("indico_collector_success{collector=\"part1\"}", 1.0));
    }

    @Test
    void aDistinctPartOfAnExcludedCollectorIsAbsent() {
        IndicoMetricsBuilder engine =
                engine(collectors(Owner.EACH, APART, this::newsApart, SharedFamilyTest::usersApart));
        assertThat(scrape(open(engine.exclude(List.of("part0")))).family("test_apart"))
                .isEqualTo(USERS_APART);
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheLowerMinimumAndTheHigherMaximum(Owner owner) {
        MetricFamily lowest = MetricFamily.gauge("test_lowest").help("Lowest.").build();
        MetricFamily highest =
                MetricFamily.gauge("test_highest").help("Highest.").build();
        assertThat(scrape(open(collectors(
                                owner,
                                lowest,
                                () -> FamilyQuery.from(NEWS).value(lowest, min(NEWS.ID)),
                                () -> FamilyQuery.from(USERS).value(lowest, min(USERS.ID)))))
                        .value("test_lowest"))
                .isZero();
        assertThat(scrape(open(collectors(
                                owner,
                                highest,
                                () -> FamilyQuery.from(NEWS).value(highest, max(NEWS.ID)),
                                () -> FamilyQuery.from(USERS).value(highest, max(USERS.ID)))))
                        .value("test_highest"))
                .isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void valuesThatCannotBeMergedAreAFlawOfBothQueries(Owner owner) {
        IndicoMetrics metrics = open(collectors(
                owner,
                TOGETHER,
                () -> FamilyQuery.from(NEWS).value(TOGETHER, countDistinct(NEWS.TITLE)),
                () -> FamilyQuery.from(USERS).value(TOGETHER, countDistinct(USERS.ID))));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_together")).isNull();
        assertThat(scrape.family("indico_collector_success")).containsValue(0.0).doesNotContainValue(1.0);
        assertThat(details(metrics))
                .hasSize(2)
                .allSatisfy(detail ->
                        assertThat(detail).contains("metric 'test_together'", "cannot be merged", "constant label"));
    }

    private static List<String> details(IndicoMetrics metrics) {
        return metrics.status().collectors().stream()
                .flatMap(collector -> collector.queries().stream())
                .map(CollectorStatus.Query::detail)
                .toList();
    }

    /** Each query has its own limit, so one query may keep a value that the other merges into {@code other}. */
    @ParameterizedTest
    @EnumSource
    void partsWithAnOpenLabelNeedAConstantLabel(Owner owner) {
        MetricFamily places = MetricFamily.gauge("test_places")
                .help("By place.")
                .labels(PLACE)
                .build();
        IndicoMetrics metrics = open(collectors(
                owner,
                places,
                () -> FamilyQuery.from(NEWS).by(PLACE, NEWS.TITLE, NEWS.ID).value(places, countRows()),
                () -> FamilyQuery.from(USERS)
                        .by(PLACE, USERS.LAST_NAME, USERS.ID)
                        .value(places, countRows())));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.family("test_places")).isEmpty();
        assertThat(scrape.family("indico_collector_success")).containsValue(0.0).doesNotContainValue(1.0);
        assertThat(details(metrics))
                .hasSize(2)
                .allSatisfy(
                        detail -> assertThat(detail).contains("metric 'test_places'", "open label", "constant label"));
    }

    @ParameterizedTest
    @EnumSource
    void eachPartWithAnOpenLabelAndAConstantLabelHasItsOwnLimit(Owner owner) {
        MetricFamily places = MetricFamily.gauge("test_places")
                .help("By kind and place.")
                .labels(KIND, PLACE)
                .build();
        var hundred = DSL.generateSeries(1, 100).as("hundred", "n");
        var n = DSL.field("n", Integer.class);
        Exposition scrape = scrape(open(collectors(
                owner,
                places,
                () -> FamilyQuery.from(hundred)
                        .constant(KIND, "news")
                        .by(PLACE, n, n)
                        .value(places, countRows()),
                () -> FamilyQuery.from(hundred)
                        .constant(KIND, "user")
                        .by(PLACE, n, n.neg())
                        .value(places, countRows()))));
        assertThat(scrape.family("test_places")).hasSize(2 * 51);
        assertThat(scrape.value("test_places{kind=\"news\",place=\"other\"}")).isEqualTo(50);
        assertThat(scrape.value("test_places{kind=\"user\",place=\"other\"}")).isEqualTo(50);
        assertThat(scrape.value("test_places{kind=\"news\",place=\"50\"}")).isEqualTo(1);
        assertThat(scrape.value("test_places{kind=\"user\",place=\"51\"}")).isEqualTo(1);
    }

    @Test
    void aSharedFamilysStateIsReportedForTheCollectorAtFaultOnly() {
        dropNews();
        Exposition scrape = scrape(apart(Owner.EACH));
        assertThat(scrape.skipped("part0", "table_missing")).isEqualTo(1);
        assertThat(scrape.success("part0")).isNull();
        assertThat(scrape.success("part1")).isEqualTo(1);
    }
}
