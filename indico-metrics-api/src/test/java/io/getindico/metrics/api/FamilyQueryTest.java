package io.getindico.metrics.api;

import static io.getindico.metrics.api.Value.countDistinct;
import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.latest;
import static io.getindico.metrics.api.Value.max;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.api.Value.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectCount;
import static org.jooq.impl.DSL.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Declaring, rendering and reading queries. Other tests send the statements to a database. */
class FamilyQueryTest {
    private enum Color {
        RED,
        DARK_GREEN
    }

    private static final Label STATE = Label.closed("state", "open", "closed");
    private static final Label COLOR = Label.closed("color", Color.class);
    private static final Label SITE = Label.open("site");
    private static final Label AGENT = Label.open("agent");

    private static final MetricFamily ALL = gauge("indico_all");
    private static final MetricFamily SEATS = gauge("indico_seats");
    private static final MetricFamily NEWEST = gauge("indico_newest");
    private static final MetricFamily BY_STATE = gauge("indico_by_state", STATE);
    private static final MetricFamily BY_COLOR = gauge("indico_by_color", COLOR);
    private static final MetricFamily BY_STATE_AND_COLOR = gauge("indico_by_state_and_color", STATE, COLOR);
    private static final MetricFamily BY_SITE = gauge("indico_by_site", SITE);
    private static final MetricFamily BY_SITE_AND_STATE = gauge("indico_by_site_and_state", SITE, STATE);

    private static final Table<Record> ROOMS = table(name("rooms", "rooms"));
    private static final Field<Integer> ID = field(name("id"), SQLDataType.INTEGER);
    private static final Field<Integer> CAPACITY = field(name("capacity"), SQLDataType.INTEGER);
    private static final Field<Integer> STATE_CODE = field(name("state"), SQLDataType.INTEGER);
    private static final Field<String> PAINT = field(name("paint"), SQLDataType.VARCHAR);
    private static final Field<String> PLACE = field(name("place"), SQLDataType.VARCHAR);
    private static final Field<Integer> PLACE_ID = field(name("place_id"), SQLDataType.INTEGER);
    private static final Field<Boolean> DELETED = field(name("deleted"), SQLDataType.BOOLEAN);
    private static final Field<Instant> CREATED = field(name("created"), SQLDataType.INSTANT);

    private static MetricFamily gauge(String name, Label... labels) {
        return MetricFamily.gauge(name).help("X.").labels(labels).build();
    }

    private static String sql(FamilyQuery query) {
        return sql(query, family -> true);
    }

    /** Removes the quotes, which all names have. */
    private static String sql(FamilyQuery query, Predicate<MetricFamily> wanted) {
        return DSL.using(SQLDialect.POSTGRES)
                .renderInlined(query.plan(wanted).select())
                .replace("\"", "");
    }

    @Nested
    class Refuses {
        private final FamilyQuery query = FamilyQuery.from(ROOMS);

        @Test
        void aFamilyWithALabelThatIsNotBound() {
            query.by(STATE, STATE_CODE);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.value(BY_STATE_AND_COLOR, countRows()))
                    .withMessage("metric 'indico_by_state_and_color': its label 'color' is not bound;"
                            + " call by() or constant() before value()");
        }

        @Test
        void aLabelBoundTwice() {
            query.by(STATE, STATE_CODE).constant(COLOR, "red");
            for (Runnable again : List.<Runnable>of(
                    () -> query.by(STATE, STATE_CODE),
                    () -> query.by(STATE, DELETED.isTrue(), "closed", "open"),
                    () -> query.constant(STATE, "open"))) {
                assertThatIllegalArgumentException().isThrownBy(again::run).withMessage("label 'state' is bound twice");
            }
            for (Runnable again : List.<Runnable>of(() -> query.by(COLOR, PAINT), () -> query.constant(COLOR, "red"))) {
                assertThatIllegalArgumentException().isThrownBy(again::run).withMessage("label 'color' is bound twice");
            }
        }

        @Test
        void anOpenLabelWithoutTheIdThatOrdersItsValues() {
            String message = "label 'site' is open: also pass the id that orders its values";
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.by(SITE, PLACE))
                    .withMessage(message);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.by(SITE, DELETED.isTrue(), "gone", "here"))
                    .withMessage(message);
        }

        @Test
        void aClosedLabelWithAnId() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.by(STATE, STATE_CODE, ID))
                    .withMessage("label 'state' is closed: it needs no id");
        }

        @Test
        void aConstantThatTheLabelDoesNotDeclare() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.constant(STATE, "shut"))
                    .withMessage("label 'state': got the constant 'shut', expected one of [open, closed]");
        }

        @Test
        void twoValuesOfOneFamily() {
            query.value(ALL, countRows());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.value(ALL, sum(CAPACITY)))
                    .withMessage("metric 'indico_all' has two values in one query");
        }

        @Test
        void aScalarIfItGroups() {
            query.by(STATE, STATE_CODE);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.value(BY_STATE, scalar(CAPACITY)))
                    .withMessage("metric 'indico_by_state': a scalar needs a query without by()");
        }

        @Test
        void aDistinctCountOverFewerLabelsThanItGroupsBy() {
            query.by(STATE, STATE_CODE).by(COLOR, PAINT);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.value(BY_STATE, countDistinct(ID)))
                    .withMessage("metric 'indico_by_state': a distinct count cannot be summed over labels that the"
                            + " family does not have; use a separate query");
        }

        /** A value that was accepted could no longer be merged. */
        @Test
        void aGroupingAfterAValue() {
            query.value(ALL, countDistinct(ID));
            String message = "label '%s': call by() before value()";
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.by(STATE, STATE_CODE))
                    .withMessage(message.formatted("state"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.by(SITE, PLACE, PLACE_ID))
                    .withMessage(message.formatted("site"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "3", "3.", "v3.3", "3.3.6.1", "3.3-rc1", "3.x", " 3.3", "99999999999.1"})
        void aTextThatIsNotARelease(String release) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.since(release))
                    .withMessage("release '" + release + "': expected a version such as 3.3.6");
        }

        @Test
        void aSecondConditionToFail() {
            query.failIf(DELETED.isTrue(), "a reason");
            assertThatIllegalStateException()
                    .isThrownBy(() -> query.failIf(DELETED.isTrue(), "another reason"))
                    .withMessage("failIf() was already called; join the conditions");
        }

        @Test
        void aQuestionAboutAFamilyThatItDoesNotFeed() {
            query.value(ALL, countRows());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.value(SEATS))
                    .withMessage("metric 'indico_seats' has no value in this query");
        }

        @Test
        void aPlanForNoFamily() {
            query.value(ALL, countRows());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.plan(SEATS::equals))
                    .withMessage("the query feeds none of the requested metrics");
        }
    }

    @Nested
    class Declares {
        @Test
        void itsFamiliesInOrderWithTheirValues() {
            Value seats = sum(CAPACITY);
            FamilyQuery query = FamilyQuery.from(ROOMS).value(SEATS, seats).value(ALL, countRows());
            assertThat(query.families()).containsExactly(SEATS, ALL);
            assertThat(query.value(SEATS)).isSameAs(seats);
        }

        @Test
        void noReleaseByDefault() {
            assertThat(FamilyQuery.from(ROOMS).since()).isEmpty();
            assertThat(FamilyQuery.from(ROOMS).since("3.3.6").since()).hasValue("3.3.6");
            assertThat(FamilyQuery.from(ROOMS).since("3.3").since()).hasValue("3.3");
        }

        @Test
        void theConstantsOfAFamilysOwnLabels() {
            FamilyQuery query = FamilyQuery.from(ROOMS)
                    .constant(STATE, "open")
                    .constant(COLOR, Color.DARK_GREEN)
                    .value(BY_STATE, countRows())
                    .value(BY_STATE_AND_COLOR, countRows())
                    .value(ALL, countRows());
            assertThat(query.constants(BY_STATE)).isEqualTo(Map.of(STATE, "open"));
            assertThat(query.constants(BY_STATE_AND_COLOR)).isEqualTo(Map.of(STATE, "open", COLOR, "dark_green"));
            assertThat(query.constants(ALL)).isEmpty();
        }

        @Test
        void aConstantOfAnOpenLabelFreely() {
            FamilyQuery query =
                    FamilyQuery.from(ROOMS).constant(SITE, "anywhere").value(BY_SITE, countRows());
            assertThat(query.constants(BY_SITE)).isEqualTo(Map.of(SITE, "anywhere"));
        }

        @Test
        void aScalarAndADistinctCountIfAllLabelsAreConstant() {
            FamilyQuery query = FamilyQuery.withoutFrom()
                    .constant(STATE, "open")
                    .value(BY_STATE, scalar(inline(1)))
                    .value(ALL, countDistinct(inline(1)));
            assertThat(query.families()).hasSize(2);
        }
    }

    @Nested
    class Statement {
        @Test
        void countsTheRowsThatMeetAllConditions() {
            assertThat(sql(FamilyQuery.from(ROOMS)
                            .where(DELETED.isFalse(), ID.gt(3))
                            .where(CAPACITY.gt(0))
                            .value(ALL, countRows())
                            .value(SEATS, sum(CAPACITY))))
                    .isEqualTo("select count(*), coalesce(sum(capacity), 0) from rooms.rooms"
                            + " where (deleted = false and id > 3 and capacity > 0)");
        }

        @Test
        void groupsByItsLabelsByPosition() {
            assertThat(sql(FamilyQuery.from(ROOMS)
                            .by(STATE, STATE_CODE.plus(1))
                            .by(COLOR, PAINT)
                            .value(BY_STATE_AND_COLOR, countRows())))
                    .isEqualTo("select (state + 1), paint, count(*) from rooms.rooms group by 1, 2");
        }

        @Test
        void mapsEachOutcomeOfAConditionToAWord() {
            assertThat(sql(FamilyQuery.from(ROOMS)
                            .by(STATE, DELETED.isTrue(), "closed", "open")
                            .value(BY_STATE, countRows())))
                    .isEqualTo("select case when deleted = true then 'closed' else 'open' end, count(*)"
                            + " from rooms.rooms group by 1");
        }

        @Test
        void readsNoTableIfNoneIsGiven() {
            assertThat(sql(FamilyQuery.withoutFrom()
                            .value(ALL, scalar(select(max_(ID)).from(ROOMS).asField()))))
                    .isEqualTo("select (select max(id) from rooms.rooms)");
        }

        private Field<Integer> max_(Field<Integer> field) {
            return DSL.max(field);
        }

        @Test
        void selectsTheFailConditionWithAllRows() {
            assertThat(sql(FamilyQuery.from(ROOMS)
                            .by(STATE, STATE_CODE)
                            .failIf(inline(1).in(select(ID).from(ROOMS)), "a reason")
                            .value(BY_STATE, countRows())))
                    .isEqualTo("select read.column0, read.column1, check.is_refused from"
                            + " (select (1 in (select id from rooms.rooms)) as is_refused) as check"
                            + " left outer join (select state, count(*) from rooms.rooms group by 1)"
                            + " as read (column0, column1) on true");
        }

        @Test
        void doesNotSelectConstants() {
            assertThat(sql(FamilyQuery.from(ROOMS).constant(STATE, "open").value(BY_STATE, countRows())))
                    .isEqualTo("select count(*) from rooms.rooms");
        }

        @Test
        void isTheSameEachTime() {
            FamilyQuery query = FamilyQuery.from(ROOMS).by(STATE, STATE_CODE).value(BY_STATE, countRows());
            String first = sql(query);
            assertThat(sql(query)).isEqualTo(first);
        }
    }

    @Nested
    class OfSomeFamilies {
        private final FamilyQuery query = FamilyQuery.from(ROOMS)
                .where(DELETED.isFalse())
                .by(STATE, STATE_CODE)
                .by(COLOR, PAINT)
                .value(BY_STATE, countRows())
                .value(BY_COLOR, sum(CAPACITY))
                .value(ALL, max(ID));

        @Test
        void theStatementSelectsNothingForTheOthers() {
            assertThat(sql(query, Set.of(BY_STATE, BY_COLOR)::contains))
                    .isEqualTo("select state, paint, count(*), coalesce(sum(capacity), 0) from rooms.rooms"
                            + " where deleted = false group by 1, 2");
        }

        @Test
        void theStatementGroupsByNoLabelThatOnlyTheOthersHave() {
            assertThat(sql(query, Set.of(BY_COLOR, ALL)::contains))
                    .isEqualTo("select paint, coalesce(sum(capacity), 0), max(id) from rooms.rooms"
                            + " where deleted = false group by 1");
            assertThat(sql(query, ALL::equals)).isEqualTo("select max(id) from rooms.rooms where deleted = false");
        }

        @Test
        void theStatementRanksNoOpenLabelThatOnlyTheOthersHave() {
            FamilyQuery withSites = FamilyQuery.from(ROOMS)
                    .by(SITE, PLACE, PLACE_ID)
                    .value(BY_SITE, countRows())
                    .value(ALL, countRows());
            assertThat(sql(withSites, ALL::equals)).isEqualTo("select count(*) from rooms.rooms");
        }

        @Test
        void theQueryStaysAsItIs() {
            sql(query, ALL::equals);
            assertThat(query.families()).containsExactly(BY_STATE, BY_COLOR, ALL);
            assertThat(sql(query)).contains("group by 1, 2");
        }
    }

    @Nested
    class TableExpressionsAre {
        private final CommonTableExpression<?> live =
                name("live").as(select(ID).from(ROOMS).where(DELETED.isFalse()));
        private final CommonTableExpression<?> big =
                name("big").as(select(ID).from(table(name("live"))).where(CAPACITY.gt(9)));
        private final CommonTableExpression<?> other =
                name("other").as(select(ID).from(table(name("rooms", "others"))));

        private Value countedIn(CommonTableExpression<?> expression) {
            return scalar(field(selectCount().from(expression)));
        }

        @Test
        void notSentIfNothingRefersToThem() {
            assertThat(sql(FamilyQuery.from(ROOMS).with(live, big).value(ALL, countRows())))
                    .isEqualTo("select count(*) from rooms.rooms");
        }

        @Test
        void sentIfAValueThatIsWantedRefersToThem() {
            FamilyQuery query = FamilyQuery.withoutFrom()
                    .with(live, other)
                    .value(ALL, countedIn(live))
                    .value(SEATS, countedIn(other))
                    .value(NEWEST, scalar(inline(1)));
            assertThat(sql(query, ALL::equals))
                    .startsWith("with recursive live as (")
                    .doesNotContain("other")
                    .endsWith("select (select count(*) from live)");
            assertThat(sql(query, SEATS::equals)).contains("other as (").doesNotContain("live");
            assertThat(sql(query, NEWEST::equals)).isEqualTo("select 1");
        }

        @Test
        void sentIfOneThatIsSentRefersToThem() {
            FamilyQuery query = FamilyQuery.withoutFrom()
                    .with(live, other, big)
                    .value(ALL, countedIn(big))
                    .value(SEATS, countedIn(other));
            assertThat(sql(query, ALL::equals))
                    .containsSubsequence("with recursive live as (", "big as (", "select (select count(*) from big)")
                    .doesNotContain("other");
        }

        @Test
        void sentIfAChainOfOthersLeadsToThem() {
            CommonTableExpression<?> huge =
                    name("huge").as(select(ID).from(table(name("big"))).where(CAPACITY.gt(99)));
            assertThat(sql(FamilyQuery.withoutFrom()
                            .with(live, big, other, huge)
                            .value(ALL, countedIn(huge))))
                    .containsSubsequence("live as (", "big as (", "huge as (")
                    .doesNotContain("other");
        }

        @Test
        void sentIfTheRowsComeFromThem() {
            assertThat(sql(FamilyQuery.from(live).with(live, other).value(ALL, countRows())))
                    .startsWith("with recursive live as (")
                    .endsWith("select count(*) from live")
                    .doesNotContain("other");
            assertThat(sql(FamilyQuery.from(live.as("l")).with(live).value(ALL, countRows())))
                    .startsWith("with recursive live as (");
        }

        @Test
        void sentIfAConditionOrALabelRefersToThem() {
            assertThat(sql(FamilyQuery.from(ROOMS)
                            .with(live, other)
                            .where(ID.in(select(ID).from(live)))
                            .value(ALL, countRows())))
                    .contains("live as (")
                    .doesNotContain("other");
            FamilyQuery labelled = FamilyQuery.from(ROOMS)
                    .with(live, other)
                    .by(STATE, ID.in(select(ID).from(live)), "open", "closed")
                    .value(BY_STATE, countRows())
                    .value(ALL, countRows());
            assertThat(sql(labelled)).contains("live as (").doesNotContain("other");
            assertThat(sql(labelled, ALL::equals)).isEqualTo("select count(*) from rooms.rooms");
        }

        @Test
        void sentIfAValueUnderAnOpenLabelRefersToThem() {
            assertThat(sql(FamilyQuery.from(ROOMS)
                            .with(live, other)
                            .by(SITE, PLACE, PLACE_ID)
                            .value(BY_SITE, countRows().where(ID.in(select(ID).from(live))))))
                    .startsWith("with recursive live as (")
                    .containsOnlyOnce("live as (")
                    .doesNotContain("others");
        }

        @Test
        void sentIfTheyAreRecursive() {
            Field<Integer> parent = field(name("parent_id"), SQLDataType.INTEGER);
            CommonTableExpression<?> tree = name("tree")
                    .fields("id")
                    .as(select(ID)
                            .from(live)
                            .unionAll(select(ID)
                                    .from(ROOMS)
                                    .join(table(name("tree")))
                                    .on(parent.eq(ID))));
            FamilyQuery query = FamilyQuery.withoutFrom()
                    .with(live, other, tree)
                    .value(ALL, countedIn(tree))
                    .value(SEATS, scalar(inline(1)));
            assertThat(sql(query, ALL::equals))
                    .containsSubsequence(
                            "with recursive live as (", "tree(id) as (", "select (select count(*) from tree)")
                    .doesNotContain("other");
            assertThat(sql(query, SEATS::equals)).isEqualTo("select 1");
        }

        @Test
        void notConfusedWithTablesOfTheirName() {
            CommonTableExpression<?> rooms = name("rooms").as(select(inline(1).as("id")));
            assertThat(sql(FamilyQuery.from(ROOMS).with(rooms).value(ALL, countRows())))
                    .isEqualTo("select count(*) from rooms.rooms");
        }
    }

    @Nested
    class OpenLabels {
        @Test
        void areLimitedByTheirLowestIds() {
            assertThat(sql(FamilyQuery.from(ROOMS)
                            .where(DELETED.isFalse())
                            .by(SITE, PLACE, PLACE_ID)
                            .value(BY_SITE, countRows())))
                    .isEqualTo("select case when (rank0 <= 50 and label0 is distinct from 'other')"
                            + " then coalesce(label0, 'unknown') end,"
                            + " (not (rank0 <= 50 and label0 is distinct from 'other')), sum(value0)"
                            + " from (select *, dense_rank() over (order by first0, label0) as rank0"
                            + " from (select *, min(id0) over (partition by label0) as first0"
                            + " from (select place as label0, min(place_id) as id0, count(*) as value0"
                            + " from rooms.rooms where deleted = false group by 1) as groups) as with_first_ids) as ranked"
                            + " group by 1, 2");
        }

        @Test
        void areLimitedTogetherWithThePrecedingOnes() {
            MetricFamily both = gauge("indico_both", SITE, AGENT);
            assertThat(sql(FamilyQuery.from(ROOMS)
                            .by(SITE, PLACE, PLACE_ID)
                            .by(AGENT, PAINT, ID)
                            .value(both, countRows())))
                    .contains("dense_rank() over (order by first0, label0) as rank0")
                    .contains("min(id1) over (partition by label0, label1) as first1")
                    .contains("dense_rank() over (order by first1, label0, label1) as rank1")
                    .contains("(not (rank0 <= 50 and label0 is distinct from 'other' and rank1 <= 50"
                            + " and label1 is distinct from 'other'))")
                    .endsWith("group by 1, 2, 3, 4");
        }

        @Test
        void needNoCheckForOtherIfTheyAreNotText() {
            assertThat(sql(FamilyQuery.from(ROOMS).by(SITE, ID, ID).value(BY_SITE, countRows())))
                    .startsWith("select case when rank0 <= 50 then label0 end, (not (rank0 <= 50)), sum(value0)");
        }

        @Test
        void areRefusedInAnotherOrderThanThatOfTheQuery() {
            FamilyQuery query =
                    FamilyQuery.from(ROOMS).by(SITE, PLACE, PLACE_ID).by(AGENT, PAINT, ID);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.value(gauge("indico_by_agent", AGENT), countRows()))
                    .withMessage(
                            "metric 'indico_by_agent': its open labels [agent] must be the first open ones that by()"
                                    + " binds, in this order; got [site]");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.value(gauge("indico_turned", AGENT, SITE), countRows()))
                    .withMessageContaining("got [site, agent]");
            assertThat(query.value(BY_SITE, countRows()).families()).containsExactly(BY_SITE);
        }

        @Test
        void areRefusedWhenOnlySomeAreConstant() {
            FamilyQuery query =
                    FamilyQuery.from(ROOMS).by(SITE, PLACE, PLACE_ID).constant(AGENT, "x");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> query.value(gauge("indico_both", SITE, AGENT), countRows()))
                    .withMessageContaining("got [site]");
            assertThat(query.value(gauge("indico_by_agent", AGENT), countRows()).families())
                    .hasSize(1);
        }

        @Test
        void haveTheirOwnLimits() {
            Label few = Label.open("site", 7);
            assertThat(sql(FamilyQuery.from(ROOMS)
                            .by(few, PLACE, PLACE_ID)
                            .value(gauge("indico_by_few_sites", few), countRows())))
                    .startsWith("select case when (rank0 <= 7 and ");
        }

        @Test
        void doNotLimitClosedLabels() {
            assertThat(sql(FamilyQuery.from(ROOMS)
                            .by(STATE, STATE_CODE)
                            .by(SITE, PLACE, PLACE_ID)
                            .value(BY_SITE_AND_STATE, sum(CAPACITY))))
                    .startsWith("select label0, case when (rank1 <= 50 and ")
                    .contains("select state as label0, place as label1, min(place_id) as id1,"
                            + " coalesce(sum(capacity), 0) as value0 from rooms.rooms group by 1, 2")
                    .endsWith("group by 1, 2, 3");
        }

        @Test
        void areLimitedBeforeDistinctValuesAreCounted() {
            assertThat(sql(FamilyQuery.from(ROOMS)
                            .by(SITE, PLACE, PLACE_ID)
                            .value(BY_SITE, countDistinct(CAPACITY).where(DELETED.isFalse()))))
                    .contains("label0 is distinct from 'other')), count(distinct value0)")
                    .contains("select place as label0, case when deleted = false then capacity end as value0,"
                            + " min(place_id) as id0 from rooms.rooms group by 1, 2)");
        }
    }

    /** What a sink was given, as text. */
    private static List<String> read(FamilyQuery query, Predicate<MetricFamily> wanted, @Nullable Object[]... rows) {
        FamilyQuery.Plan plan = query.plan(wanted);
        DSLContext create = DSL.using(SQLDialect.POSTGRES);
        Field<?>[] fields = plan.select().getSelect().toArray(Field[]::new);
        Result<Record> result = create.newResult(fields);
        for (Object[] row : rows) {
            Record next = create.newRecord(fields);
            next.fromArray(row);
            result.add(next);
        }
        List<String> taken = new ArrayList<>();
        plan.read(result, (family, value, labels) -> taken.add(family + Arrays.toString(labels) + " " + value));
        return taken;
    }

    private static List<String> read(FamilyQuery query, @Nullable Object[]... rows) {
        return read(query, family -> true, rows);
    }

    private static @Nullable Object[] row(@Nullable Object... values) {
        return values;
    }

    @Nested
    class Rows {
        private final FamilyQuery grouped = FamilyQuery.from(ROOMS)
                .by(STATE, STATE_CODE)
                .by(COLOR, PAINT)
                .value(ALL, countRows())
                .value(BY_STATE_AND_COLOR, sum(CAPACITY))
                .value(BY_COLOR, max(ID));
        private final FamilyQuery single = FamilyQuery.from(ROOMS)
                .value(ALL, countRows())
                .value(NEWEST, latest(CREATED))
                .value(SEATS, scalar(DELETED));

        @Test
        void giveEachFamilyItsValueByItsLabels() {
            assertThat(read(grouped, row(1, "red", 5, 50, 500), row(2, "blue", 7, 70, 700)))
                    .containsExactly(
                            "indico_all[] 5.0",
                            "indico_all[] 7.0",
                            "indico_by_state_and_color[1, red] 50.0",
                            "indico_by_state_and_color[2, blue] 70.0",
                            "indico_by_color[red] 500.0",
                            "indico_by_color[blue] 700.0");
        }

        @Test
        void areReadByPositionEvenIfFamiliesAreOff() {
            assertThat(read(grouped, Set.of(BY_COLOR, ALL)::contains, row("red", 5, 500)))
                    .containsExactly("indico_all[] 5.0", "indico_by_color[red] 500.0");
            assertThat(read(grouped, ALL::equals, row(5))).containsExactly("indico_all[] 5.0");
        }

        @Test
        void haveLabelsInTheOrderOfTheFamily() {
            MetricFamily turned = gauge("indico_turned", COLOR, SITE, STATE);
            FamilyQuery query = FamilyQuery.from(ROOMS)
                    .by(STATE, STATE_CODE)
                    .constant(SITE, "here")
                    .by(COLOR, PAINT)
                    .value(turned, countRows());
            assertThat(read(query, row(1, "red", 5))).containsExactly("indico_turned[red, here, 1] 5.0");
        }

        @Test
        void keepNullLabels() {
            assertThat(read(grouped, BY_COLOR::equals, row(null, 5))).containsExactly("indico_by_color[null] 5.0");
        }

        @Test
        void giveInstantsInUnixSecondsAndBooleansAsOneOrZero() {
            assertThat(read(single, row(3, Instant.parse("2026-03-01T12:00:00.5Z"), true)))
                    .containsExactly("indico_all[] 3.0", "indico_newest[] 1.7723664005E9", "indico_seats[] 1.0");
            assertThat(read(single, SEATS::equals, row(false))).containsExactly("indico_seats[] 0.0");
        }

        @Test
        void giveNothingIfAValueIsNull() {
            assertThat(read(single, row(0, null, null))).containsExactly("indico_all[] 0.0");
        }

        @Test
        void mayBeMissingIfTheQueryGroups() {
            assertThat(read(grouped)).isEmpty();
        }

        @Test
        void mustBeExactlyOneWithoutGrouping() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> read(single, row(1, null, true), row(2, null, true)))
                    .withMessage("a query without by() returned 2 rows, expected one");
            assertThatIllegalStateException()
                    .isThrownBy(() -> read(single))
                    .withMessage("a query without by() returned 0 rows, expected one");
        }

        @Test
        void becomeOtherBeyondTheLimitOfAnOpenLabel() {
            FamilyQuery query = FamilyQuery.from(ROOMS)
                    .by(STATE, STATE_CODE)
                    .by(SITE, PLACE, PLACE_ID)
                    .value(BY_SITE_AND_STATE, countRows())
                    .value(BY_SITE, countRows());
            assertThat(read(query, row(1, "CERN", false, 3, 3), row(1, null, true, 4, 4), row(2, null, false, 5, 5)))
                    .containsExactly(
                            "indico_by_site_and_state[CERN, 1] 3.0",
                            "indico_by_site_and_state[other, 1] 4.0",
                            "indico_by_site_and_state[null, 2] 5.0",
                            "indico_by_site[CERN] 3.0",
                            "indico_by_site[other] 4.0",
                            "indico_by_site[null] 5.0");
        }
    }
}
