package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.Value.countDistinct;
import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.max;
import static io.getindico.metrics.api.Value.min;
import static io.getindico.metrics.api.Value.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jooq.Field;
import org.jooq.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PostgreSQL limits open labels: the values with the lowest ids have their own series, all others are merged. */
class OpenLabelTest extends EngineTest {
    private static final int PLACES = 10_000;
    private static final int KEPT = 50;

    private static final Label PLACE = Label.open("place");
    private static final Label OWNER = Label.open("owner");
    private static final Label KIND = Label.closed("kind", "room", "desk");

    private static final Table<?> TABLE = table(name("public", "places"));
    private static final Field<Integer> ID = field(name("id"), Integer.class);
    private static final Field<String> NAME = field(name("name"), String.class);
    private static final Field<String> KIND_OF = field(name("kind"), String.class);
    private static final Field<Integer> SIZE = field(name("size"), Integer.class);
    private static final Field<Integer> OWNER_OF = field(name("owner"), Integer.class);

    @BeforeEach
    void noPlaces() {
        ownDatabase()
                .dsl()
                .execute("CREATE TABLE public.places (id integer, name text, kind text, size integer, owner integer)");
    }

    private void insert(String select) {
        database().dsl().execute("INSERT INTO public.places " + select);
    }

    /** The names come in the opposite order of the ids. */
    private void insertTenThousand() {
        insert("SELECT n, 'place ' || (10001 - n), CASE n % 2 WHEN 0 THEN 'room' ELSE 'desk' END, n, n % 7"
                + " FROM generate_series(1, 10000) n ORDER BY n % 97");
    }

    private static MetricFamily gauge(String what, Label... labels) {
        return MetricFamily.gauge("test_" + what)
                .help("A test metric.")
                .labels(labels)
                .build();
    }

    /** Reads families through the engine, and checks the limit of rows that the query returns. */
    private Exposition read(int mostRows, List<MetricFamily> families, UnaryOperator<FamilyQuery> values) {
        TestCollector collector =
                TestCollector.of("places", families, context -> List.of(values.apply(FamilyQuery.from(TABLE))));
        assertThat(database()
                        .dsl()
                        .fetch(values.apply(FamilyQuery.from(TABLE))
                                .plan(families::contains)
                                .select()))
                .as("rows that travel")
                .hasSizeLessThanOrEqualTo(mostRows);
        Exposition scrape = scrape(open(collector));
        assertThat(scrape.success("places")).as("%s", scrape).isEqualTo(1);
        return scrape;
    }

    private static double total(Exposition scrape, String family) {
        return scrape.family(family).values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    private static String place(String family, String value) {
        return family + "{place=\"" + value + "\"}";
    }

    @Test
    void fiftyOfTenThousandValuesHaveTheirOwnSeriesAndAllRowsCount() {
        insertTenThousand();
        MetricFamily rows = gauge("rows", PLACE);
        MetricFamily sizes = gauge("sizes", PLACE);
        MetricFamily smallest = gauge("smallest", PLACE);
        MetricFamily largest = gauge("largest", PLACE);
        MetricFamily rooms = gauge("rooms", PLACE);
        MetricFamily all = gauge("all");
        Exposition scrape = read(
                KEPT + 1,
                List.of(rows, sizes, smallest, largest, rooms, all),
                query -> query.by(PLACE, NAME, ID)
                        .value(rows, countRows())
                        .value(sizes, sum(SIZE))
                        .value(smallest, min(SIZE))
                        .value(largest, max(SIZE))
                        .value(rooms, countRows().where(KIND_OF.eq("room")))
                        .value(all, countRows()));
        assertThat(scrape.family("test_rows")).hasSize(KEPT + 1);
        assertThat(scrape.value(place("test_rows", "place 10000")))
                .as("of id 1")
                .isEqualTo(1);
        assertThat(scrape.value(place("test_rows", "place 9951")))
                .as("of id 50")
                .isEqualTo(1);
        assertThat(scrape.value(place("test_rows", "place 9950")))
                .as("of id 51")
                .isNull();
        assertThat(scrape.value(place("test_rows", "other"))).isEqualTo(PLACES - KEPT);
        assertThat(total(scrape, "test_rows")).isEqualTo(PLACES);
        assertThat(scrape.value(place("test_sizes", "place 9951"))).isEqualTo(50);
        assertThat(total(scrape, "test_sizes")).isEqualTo(PLACES * (PLACES + 1) / 2.0);
        assertThat(scrape.value(place("test_smallest", "other"))).isEqualTo(51);
        assertThat(scrape.value(place("test_largest", "other"))).isEqualTo(PLACES);
        assertThat(scrape.value(place("test_rooms", "place 10000"))).isZero();
        assertThat(scrape.value(place("test_rooms", "place 9999"))).isEqualTo(1);
        assertThat(total(scrape, "test_rooms")).isEqualTo(PLACES / 2.0);
        assertThat(scrape.value("test_all")).as("with fewer labels").isEqualTo(PLACES);
    }

    @Test
    void distinctValuesInOtherAreCountedOnce() {
        insertTenThousand();
        MetricFamily owners = gauge("owners", PLACE);
        Exposition scrape = read(
                KEPT + 1, List.of(owners), query -> query.by(PLACE, NAME, ID).value(owners, countDistinct(OWNER_OF)));
        assertThat(scrape.value(place("test_owners", "place 10000"))).isEqualTo(1);
        assertThat(scrape.value(place("test_owners", "other"))).isEqualTo(7);
    }

    @Test
    void distinctValuesAreCountedBesideOtherValuesAndForSomeRows() {
        insert("SELECT n, 'place ' || n % 60, NULL, n, CASE WHEN n % 3 > 0 THEN n % 5 END"
                + " FROM generate_series(1, 600) n");
        MetricFamily owners = gauge("owners", PLACE);
        MetricFamily large = gauge("large_owners", PLACE);
        MetricFamily rows = gauge("rows", PLACE);
        Exposition scrape = read(
                KEPT + 1,
                List.of(owners, large, rows),
                query -> query.by(PLACE, NAME, ID)
                        .value(owners, countDistinct(OWNER_OF))
                        .value(large, countDistinct(OWNER_OF).where(SIZE.gt(590)))
                        .value(rows, countRows()));
        assertThat(total(scrape, "test_rows")).isEqualTo(600);
        assertThat(scrape.value(place("test_rows", "other"))).isEqualTo(100);
        Map<String, Double> expected = new HashMap<>();
        database().dsl().fetch("""
                        SELECT CASE WHEN first <= 50 THEN name ELSE 'other' END,
                          count(DISTINCT owner), count(DISTINCT owner) FILTER (WHERE size > 590)
                        FROM (SELECT *, min(id) OVER (PARTITION BY name) AS first FROM public.places) p GROUP BY 1""").forEach(row -> {
            expected.put(place("test_owners", row.get(0, String.class)), row.get(1, Double.class));
            expected.put(place("test_large_owners", row.get(0, String.class)), row.get(2, Double.class));
        });
        assertThat(expected).hasSize(2 * (KEPT + 1));
        expected.forEach(
                (series, value) -> assertThat(scrape.value(series)).as(series).isEqualTo(value));
    }

    /** There are 70 places with 90 owners each. */
    @Test
    void theLimitsOfTwoOpenLabelsAddUp() {
        insert("SELECT n, 'place ' || n % 70, NULL, 1, 200 - n % 90 FROM generate_series(1, 6300) n");
        MetricFamily both = gauge("both", PLACE, OWNER);
        MetricFamily byPlace = gauge("by_place", PLACE);
        Exposition scrape = read(
                KEPT + KEPT + 1,
                List.of(both, byPlace),
                query -> query.by(PLACE, NAME, ID)
                        .by(OWNER, OWNER_OF, ID)
                        .value(both, countRows())
                        .value(byPlace, countRows()));
        assertThat(scrape.family("test_both")).hasSize((int) both.maxSeries());
        assertThat(total(scrape, "test_both")).isEqualTo(6300);
        assertThat(scrape.value("test_both{owner=\"199\",place=\"place 1\"}")).isEqualTo(10);
        assertThat(scrape.value("test_both{owner=\"other\",place=\"place 1\"}")).isEqualTo(80);
        assertThat(scrape.value("test_both{owner=\"other\",place=\"other\"}")).isEqualTo(20 * 90);
        assertThat(scrape.family("test_by_place")).hasSize(KEPT + 1);
        assertThat(total(scrape, "test_by_place")).isEqualTo(6300);
        assertThat(scrape.value(place("test_by_place", "place 50"))).isEqualTo(90);
        assertThat(scrape.value(place("test_by_place", "other"))).isEqualTo(20 * 90);
    }

    @Test
    void distinctValuesOfAPlaceNamedOtherOrUnknownAreCountedOnce() {
        insert("SELECT n, CASE n WHEN 1 THEN 'other' WHEN 2 THEN 'unknown' WHEN 3 THEN NULL ELSE 'place ' || n END,"
                + " NULL, n, 7 FROM generate_series(1, 60) n");
        MetricFamily owners = gauge("owners", PLACE);
        Exposition scrape = read(
                KEPT + 1, List.of(owners), query -> query.by(PLACE, NAME, ID).value(owners, countDistinct(OWNER_OF)));
        assertThat(scrape.value(place("test_owners", "other"))).isEqualTo(1);
        assertThat(scrape.value(place("test_owners", "unknown"))).isEqualTo(1);
    }

    @Test
    void aClosedLabelBesideAnOpenOneIsFilledInForOtherToo() {
        insert("SELECT n, 'place ' || n, 'room', 1, 1 FROM generate_series(1, 60) n");
        MetricFamily both = gauge("both", PLACE, KIND);
        Exposition scrape = read(
                (KEPT + 1) * 2,
                List.of(both),
                query -> query.by(PLACE, NAME, ID).by(KIND, KIND_OF).value(both, countRows()));
        assertThat(scrape.family("test_both")).hasSize((KEPT + 1) * 2);
        assertThat(scrape.value("test_both{kind=\"room\",place=\"other\"}")).isEqualTo(10);
        assertThat(scrape.value("test_both{kind=\"desk\",place=\"other\"}")).isZero();
        assertThat(scrape.value("test_both{kind=\"desk\",place=\"place 1\"}")).isZero();
    }

    @Test
    void aPlaceOfSeveralIdsIsRankedByItsLowestId() {
        insert(
                "SELECT n, 'place ' || CASE WHEN n > 60 THEN 1 ELSE n END, NULL, 1, 1 FROM generate_series(100, 1, -1) n");
        MetricFamily rows = gauge("rows", PLACE);
        Exposition scrape =
                read(KEPT + 1, List.of(rows), query -> query.by(PLACE, NAME, ID).value(rows, countRows()));
        assertThat(scrape.value(place("test_rows", "place 1"))).isEqualTo(41);
        assertThat(scrape.value(place("test_rows", "other"))).isEqualTo(10);
    }

    @Test
    void theFiftyFirstValueBecomesOther() {
        MetricFamily rows = gauge("rows", PLACE);
        insert("SELECT n, 'place ' || n, NULL, 1, 1 FROM generate_series(1, 50) n");
        assertThat(read(KEPT, List.of(rows), query -> query.by(PLACE, NAME, ID).value(rows, countRows()))
                        .family("test_rows"))
                .hasSize(KEPT)
                .doesNotContainKey(place("test_rows", "other"));
        insert("VALUES (51, 'place 51', NULL, 1, 1)");
        assertThat(read(
                                KEPT + 1,
                                List.of(rows),
                                query -> query.by(PLACE, NAME, ID).value(rows, countRows()))
                        .value(place("test_rows", "other")))
                .isEqualTo(1);
    }

    @Test
    void aValueWithoutANameIsUnknownAndOneOfTheFifty() {
        insert("SELECT n, CASE WHEN n % 10 > 0 THEN 'place ' || n END, NULL, 1, 1 FROM generate_series(1, 100) n");
        MetricFamily rows = gauge("rows", PLACE);
        Exposition scrape =
                read(KEPT + 1, List.of(rows), query -> query.by(PLACE, NAME, ID).value(rows, countRows()));
        assertThat(scrape.value(place("test_rows", "unknown"))).isEqualTo(10);
        assertThat(scrape.family("test_rows")).hasSize(KEPT + 1);
        assertThat(total(scrape, "test_rows")).isEqualTo(100);
    }

    @Test
    void aValueWithoutAnIdComesLast() {
        insert("SELECT CASE WHEN n > 5 THEN n END, 'place ' || n, NULL, 1, 1 FROM generate_series(1, 55) n");
        MetricFamily rows = gauge("rows", PLACE);
        Exposition scrape =
                read(KEPT + 1, List.of(rows), query -> query.by(PLACE, NAME, ID).value(rows, countRows()));
        assertThat(scrape.value(place("test_rows", "place 55"))).isEqualTo(1);
        assertThat(scrape.value(place("test_rows", "place 1"))).isNull();
        assertThat(scrape.value(place("test_rows", "other"))).isEqualTo(5);
    }

    @Test
    void aPlaceNamedOtherOrUnknownIsAddedToThatSeries() {
        insert("SELECT n, CASE n WHEN 1 THEN 'other' WHEN 2 THEN 'unknown' WHEN 3 THEN NULL ELSE 'place ' || n END,"
                + " NULL, n, n FROM generate_series(1, 60) n");
        MetricFamily sizes = gauge("sizes", PLACE);
        MetricFamily largest = gauge("largest", PLACE);
        Exposition scrape = read(
                KEPT + 1,
                List.of(sizes, largest),
                query -> query.by(PLACE, NAME, ID).value(sizes, sum(SIZE)).value(largest, max(SIZE)));
        assertThat(scrape.value(place("test_sizes", "unknown"))).isEqualTo(2 + 3);
        assertThat(scrape.value(place("test_sizes", "other")))
                .isEqualTo(1 + 51 + 52 + 53 + 54 + 55 + 56 + 57 + 58 + 59 + 60);
        assertThat(total(scrape, "test_sizes")).isEqualTo(60 * 61 / 2.0);
        assertThat(scrape.value(place("test_largest", "unknown"))).isEqualTo(3);
        assertThat(scrape.value(place("test_largest", "other"))).isEqualTo(60);
    }

    @Test
    void withoutRowsThereIsNoSeriesButThatOfFewerLabels() {
        MetricFamily rows = gauge("rows", PLACE);
        MetricFamily all = gauge("all");
        Exposition scrape = read(
                0,
                List.of(rows, all),
                query -> query.by(PLACE, NAME, ID).value(rows, countRows()).value(all, countRows()));
        assertThat(scrape.family("test_rows")).isEmpty();
        assertThat(scrape.value("test_all")).isZero();
    }
}
