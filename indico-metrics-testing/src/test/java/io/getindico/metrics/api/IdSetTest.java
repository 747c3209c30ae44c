package io.getindico.metrics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.IdSet.Contents;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.ExecuteListener;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A set is read from the table {@code members} and asked about the rows of {@code probes}. */
@IndicoTest
class IdSetTest {
    private static final int BITS = 1 << 25;
    private static final int FEW_BITS = 128;

    private static final Table<Record> MEMBERS = table(name("members"));
    private static final Table<Record> PROBES = table(name("probes"));
    private static final Field<Integer> MEMBER = field(name("members", "id"), SQLDataType.INTEGER);
    private static final Field<Integer> PROBE = field(name("probes", "id"), SQLDataType.INTEGER);

    private final IndicoDatabase database;
    private final Map<String, Contents> known = new HashMap<>();
    private @Nullable Connection connection;
    private @Nullable DSLContext transaction;
    private int statements;

    IdSetTest(IndicoDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void begin() throws SQLException {
        Connection opened = database.dataSource().getConnection();
        opened.setAutoCommit(false);
        connection = opened;
        transaction = DSL.using(opened, SQLDialect.POSTGRES);
        Function<IdSet, Contents> contents = this::contents;
        dsl().configuration().data(IdSet.class, contents);
        dsl().configuration().set(ExecuteListener.onStart(statement -> statements++));
        dsl().execute("CREATE TEMPORARY TABLE members (id integer) ON COMMIT DROP");
        dsl().execute("CREATE TEMPORARY TABLE probes (id integer) ON COMMIT DROP");
    }

    /** Reads each set once, as the engine does, when a statement that uses it is rendered. */
    private Contents contents(IdSet set) {
        Contents contents = known.get(set.name());
        if (contents == null) {
            contents = IdSet.contents(dsl().fetchSingle(set.statement()));
            known.put(set.name(), contents);
        }
        return contents;
    }

    @AfterEach
    void end() throws SQLException {
        try (Connection open = Objects.requireNonNull(connection)) {
            open.rollback();
        }
    }

    static Stream<List<Integer>> sets() {
        return Stream.of(
                List.of(),
                List.of(0),
                List.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
                List.of(62, 63, 64, 65),
                List.of(63),
                List.of(64),
                List.of(127),
                List.of(128),
                List.of(126, 127, 128, 129),
                List.of(0, 63, 64, 127, 128, 8191, 8192, 1_000_000),
                List.of(BITS - 1),
                List.of(BITS),
                List.of(1, Integer.MAX_VALUE),
                List.of(-1),
                List.of(Integer.MIN_VALUE, -128, -65, -64, -63, -1, 0, 1, 63, 64, 127, 128, 1000, Integer.MAX_VALUE));
    }

    static Stream<Arguments> setsInBothForms() {
        return sets().flatMap(ids -> Stream.of(BITS, FEW_BITS).map(maxBits -> Arguments.of(ids, maxBits)));
    }

    @ParameterizedTest
    @MethodSource("setsInBothForms")
    void itContainsItsIdsAndLacksTheirNeighbours(List<Integer> ids, int maxBits) {
        List<Integer> probes = sets().flatMap(List::stream)
                .flatMap(id -> Stream.of(id, id + 1, id - 1, id ^ 64))
                .distinct()
                .sorted()
                .toList();
        insert(PROBES, probes);
        insert(MEMBERS, ids);
        IdSet set = members(maxBits);
        assertThat(probes(set.contains(PROBE))).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(probes(set.doesNotContain(PROBE)))
                .containsExactlyElementsOf(
                        probes.stream().filter(id -> !ids.contains(id)).toList());
        assertThat(rows(set)).isEqualTo(ids.size());
        assertThat(isDistinct(set)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {BITS, FEW_BITS})
    void nullIsInNoSet(int maxBits) {
        insert(PROBES, Arrays.asList(null, 5));
        insert(MEMBERS, Arrays.asList(null, null, 500));
        IdSet set = members(maxBits);
        assertThat(probes(set.contains(PROBE))).isEmpty();
        assertThat(probes(set.contains(PROBE).not().and(PROBE.isNull()))).isEmpty();
        assertThat(probes(set.doesNotContain(PROBE))).containsExactlyInAnyOrder(null, 5);
        assertThat(rows(set)).isEqualTo(3);
        assertThat(isDistinct(set)).isTrue();
    }

    @Test
    void aSetOfOnlyNullsIsEmpty() {
        insert(PROBES, Arrays.asList(null, 0, 1));
        insert(MEMBERS, Arrays.asList(null, null));
        IdSet set = members(BITS);
        assertThat(probes(set.contains(PROBE))).isEmpty();
        assertThat(probes(set.doesNotContain(PROBE))).hasSize(3);
        assertThat(rows(set)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {BITS, FEW_BITS})
    void severalRowsWithOneIdDifferFromDistinctIds(int maxBits) {
        insert(PROBES, List.of(499, 500, 501));
        insert(MEMBERS, List.of(500, 1, 500));
        IdSet set = members(maxBits);
        assertThat(probes(set.contains(PROBE))).containsExactly(500);
        assertThat(rows(set)).isEqualTo(3);
        assertThat(isDistinct(set)).isFalse();
    }

    @Test
    void onlyMembersAreInIt() {
        insert(PROBES, List.of(1, 2, 3));
        insert(MEMBERS, List.of(1, 2, 3));
        IdSet set = IdSet.counted("test", MEMBER, MEMBERS, MEMBER.ge(2));
        assertThat(probes(set.contains(PROBE))).containsExactly(2, 3);
        assertThat(rows(set)).isEqualTo(2);
        assertThat(probes(IdSet.of("again", MEMBER, MEMBERS, MEMBER.lt(2)).contains(PROBE)))
                .containsExactly(1);
    }

    @Test
    void setsWithDifferentNamesCoexist() {
        insert(PROBES, List.of(1, 2));
        insert(MEMBERS, List.of(1, 2));
        IdSet one = IdSet.of("one", MEMBER, MEMBERS, MEMBER.eq(1));
        IdSet two = IdSet.of("two", MEMBER, MEMBERS, MEMBER.eq(2));
        assertThat(probes(one.contains(PROBE))).containsExactly(1);
        assertThat(probes(two.contains(PROBE))).containsExactly(2);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "127, true", "128, false", "-1, false", "2147483647, false"})
    void idsBeyondTheLimitAreListed(int id, boolean isBits) {
        insert(MEMBERS, List.of(id));
        contents(members(FEW_BITS));
        assertThat(dsl().fetchValue("SELECT current_setting('indico_metrics.test')"))
                .asString()
                .startsWith(isBits ? "x" : "{");
    }

    @Test
    void itEndsWithTheTransaction() throws SQLException {
        insert(MEMBERS, List.of(1));
        contents(members(BITS));
        Objects.requireNonNull(connection).rollback();
        assertThat(dsl().fetchValue("SELECT nullif(current_setting('indico_metrics.test', true), '')"))
                .isNull();
    }

    @Test
    void itTakesOneStatementHoweverOftenItIsAsked() {
        insert(MEMBERS, List.of(1));
        insert(PROBES, List.of(1, 2));
        IdSet set = IdSet.of("test", MEMBER, MEMBERS, noCondition());
        int before = statements;
        assertThat(probes(set.contains(PROBE).or(set.doesNotContain(PROBE)))).containsExactly(1, 2);
        assertThat(statements - before).as("the set's and the query's").isEqualTo(2);
    }

    @Test
    void definingASetSendsNothing() {
        int before = statements;
        IdSet set = IdSet.counted("test", MEMBER, MEMBERS, noCondition());
        assertThat(List.of(set.contains(PROBE), set.doesNotContain(PROBE), set.isDistinct(), set.rows()))
                .hasSize(4);
        assertThat(statements).isEqualTo(before);
    }

    @Test
    void membersMayDependOnAnotherSet() {
        insert(MEMBERS, List.of(1, 2, 3, 4));
        insert(PROBES, List.of(1, 2, 3, 4, 5));
        IdSet inner = IdSet.of("inner", MEMBER, MEMBERS, MEMBER.ge(3));
        IdSet outer = IdSet.counted(
                "outer", MEMBER, MEMBERS, inner.doesNotContain(MEMBER).and(MEMBER.ne(1)));
        assertThat(probes(outer.contains(PROBE))).containsExactly(2);
        assertThat(known).containsOnlyKeys("inner", "outer");
    }

    @Test
    void onlyACountedSetKnowsHowManyIdsItHas() {
        IdSet set = IdSet.of("test", MEMBER, MEMBERS, noCondition());
        assertThatThrownBy(set::rows)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the set 'test' is not counted: define it with counted()");
        assertThatThrownBy(set::isDistinct).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Test", "1st", "a.b", "a'b"})
    void aNameThatIsNoSettingIsRefused(String name) {
        assertThatThrownBy(() -> IdSet.of(name, MEMBER, MEMBERS, noCondition()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("set name '" + name + "': expected lower-case letters, digits and underscores");
    }

    /** A debugger does this, for example. */
    @Test
    void outsideARefreshItIsRenderedAsEmpty() {
        IdSet set = IdSet.counted("test", MEMBER, MEMBERS, noCondition());
        assertThat(DSL.using(SQLDialect.POSTGRES).renderInlined(select(set.rows())))
                .contains("select 0");
        assertThat(set.contains(PROBE).toString()).contains("\"probes\".\"id\") < 0 then");
    }

    /** A plan that walks the list for each row would need minutes. */
    @ParameterizedTest
    @ValueSource(ints = {BITS, FEW_BITS})
    void lookingUpManyRowsIsFastInAnyPartOfAQuery(int maxBits) {
        int size = 20_000;
        insert(MEMBERS, IntStream.range(0, size).mapToObj(id -> 2 * id).toList());
        dsl().execute("INSERT INTO probes SELECT generate_series(1, 200000)");
        dsl().execute("ANALYZE members");
        dsl().execute("ANALYZE probes");
        IdSet set = members(maxBits);
        dsl().execute("SET LOCAL statement_timeout = '10s'");
        var counts = dsl().select(
                        count().filterWhere(set.contains(PROBE)),
                        count().filterWhere(set.doesNotContain(PROBE)),
                        count().filterWhere(PROBE.eq(1).or(set.contains(PROBE))))
                .from(PROBES)
                .fetchSingle();
        assertThat(counts.value1()).isEqualTo(size - 1);
        assertThat(counts.value2()).isEqualTo(200_000 - size + 1);
        assertThat(counts.value3()).isEqualTo(size);
        assertThat(dsl().selectCount()
                        .from(PROBES)
                        .where(set.doesNotContain(PROBE))
                        .fetchSingle()
                        .value1())
                .isEqualTo(counts.value2());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void itAgreesWithInAndNotIn(long seed) {
        Random random = new Random(seed);
        int range = 1 << (4 + random.nextInt(12));
        insert(PROBES, IntStream.range(-10, range).boxed().toList());
        insert(
                MEMBERS,
                random.ints(random.nextInt(range), -3, range + 100).boxed().toList());
        Condition in = PROBE.in(select(MEMBER).from(MEMBERS));
        for (int maxBits : List.of(BITS, FEW_BITS, range)) {
            known.clear();
            IdSet set = members(maxBits);
            assertThat(probes(set.contains(PROBE))).as("in, %d bits", maxBits).isEqualTo(probes(in));
            assertThat(probes(set.doesNotContain(PROBE)))
                    .as("not in, %d bits", maxBits)
                    .isEqualTo(probes(in.not()));
            assertThat(isDistinct(set))
                    .isEqualTo(dsl().fetchCount(MEMBERS)
                            == dsl().fetchCount(DSL.selectDistinct(MEMBER).from(MEMBERS)));
        }
    }

    @Test
    void aFailureToReadIsReported() {
        Condition noColumn = field(name("members", "no_column"), Boolean.class).isTrue();
        IdSet set = IdSet.of("test", MEMBER, MEMBERS, noColumn);
        assertThatThrownBy(() -> probes(set.contains(PROBE))).isInstanceOf(DataAccessException.class);
    }

    private static IdSet members(int maxBits) {
        return IdSet.counted("test", MEMBER, MEMBERS, noCondition(), maxBits);
    }

    private long rows(IdSet set) {
        return dsl().select(set.rows()).fetchSingle().value1();
    }

    private boolean isDistinct(IdSet set) {
        return dsl().select(when(set.isDistinct(), inline(true)).otherwise(inline(false)))
                .fetchSingle()
                .value1();
    }

    private List<Integer> probes(Condition condition) {
        return dsl().select(PROBE).from(PROBES).where(condition).orderBy(PROBE).fetch(PROBE);
    }

    private void insert(Table<?> table, List<Integer> ids) {
        if (!ids.isEmpty()) {
            Field<Integer> id = field(name("id"), SQLDataType.INTEGER);
            List<Integer> copy = new ArrayList<>(ids);
            dsl().execute("INSERT INTO %s (%s) SELECT unnest(CAST(? AS integer[]))".formatted(table, id), (Object)
                    copy.toArray(Integer[]::new));
        }
    }

    private DSLContext dsl() {
        return Objects.requireNonNull(transaction);
    }
}
