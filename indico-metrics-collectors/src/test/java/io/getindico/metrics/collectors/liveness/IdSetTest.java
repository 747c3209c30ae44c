package io.getindico.metrics.collectors.liveness;

import static io.getindico.metrics.api.RowCounts.countRows;
import static io.getindico.metrics.api.RowCounts.countRowsWhere;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.collectors.Indico;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A set is read from the table {@code members} and asked about the rows of {@code probes}. */
class IdSetTest {
    private static final int BITS = 1 << 25;
    private static final int FEW_BITS = 128;

    private static final Table<Record> MEMBERS = table(name("members"));
    private static final Table<Record> PROBES = table(name("probes"));
    private static final Field<Integer> MEMBER = field(name("members", "id"), SQLDataType.INTEGER);
    private static final Field<Integer> PROBE = field(name("probes", "id"), SQLDataType.INTEGER);

    @RegisterExtension
    private static final Indico INDICO = new Indico();

    private @Nullable Connection connection;
    private @Nullable DSLContext transaction;

    @BeforeEach
    void begin() throws SQLException {
        Connection opened = INDICO.database().dataSource().getConnection();
        opened.setAutoCommit(false);
        connection = opened;
        transaction = DSL.using(opened);
        dsl().execute("CREATE TEMPORARY TABLE members (id integer) ON COMMIT DROP");
        dsl().execute("CREATE TEMPORARY TABLE probes (id integer) ON COMMIT DROP");
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
        IdSet.Counted set = read(maxBits);
        assertThat(probes(set.ids().contains(PROBE))).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(probes(set.ids().lacks(PROBE)))
                .containsExactlyElementsOf(
                        probes.stream().filter(id -> !ids.contains(id)).toList());
        assertThat(set.rows()).isEqualTo(ids.size());
        assertThat(set.isDistinct()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {BITS, FEW_BITS})
    void nullIsInNoSet(int maxBits) {
        insert(PROBES, Arrays.asList(null, 5));
        insert(MEMBERS, Arrays.asList(null, null, 500));
        IdSet.Counted set = read(maxBits);
        assertThat(probes(set.ids().contains(PROBE))).isEmpty();
        assertThat(probes(set.ids().contains(PROBE).not().and(PROBE.isNull()))).isEmpty();
        assertThat(probes(set.ids().lacks(PROBE))).containsExactlyInAnyOrder(null, 5);
        assertThat(set.rows()).isEqualTo(3);
        assertThat(set.isDistinct()).isTrue();
    }

    @Test
    void aSetOfNothingButNullIsEmpty() {
        insert(PROBES, Arrays.asList(null, 0, 1));
        insert(MEMBERS, Arrays.asList(null, null));
        IdSet.Counted set = read(BITS);
        assertThat(probes(set.ids().contains(PROBE))).isEmpty();
        assertThat(probes(set.ids().lacks(PROBE))).hasSize(3);
        assertThat(set.rows()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {BITS, FEW_BITS})
    void rowsOfOneIdAreToldApartFromDistinctOnes(int maxBits) {
        insert(PROBES, List.of(499, 500, 501));
        insert(MEMBERS, List.of(500, 1, 500));
        IdSet.Counted set = read(maxBits);
        assertThat(probes(set.ids().contains(PROBE))).containsExactly(500);
        assertThat(set.rows()).isEqualTo(3);
        assertThat(set.isDistinct()).isFalse();
    }

    @Test
    void onlyMembersAreInIt() {
        insert(PROBES, List.of(1, 2, 3));
        insert(MEMBERS, List.of(1, 2, 3));
        IdSet.Counted set = IdSet.readCounted(dsl(), "test", MEMBER, MEMBERS, MEMBER.ge(2));
        assertThat(probes(set.ids().contains(PROBE))).containsExactly(2, 3);
        assertThat(set.rows()).isEqualTo(2);
        assertThat(probes(IdSet.read(dsl(), "again", MEMBER, MEMBERS, MEMBER.lt(2))
                        .contains(PROBE)))
                .containsExactly(1);
    }

    @Test
    void setsOfOtherNamesStandBesideEachOther() {
        insert(PROBES, List.of(1, 2));
        insert(MEMBERS, List.of(1, 2));
        IdSet one = IdSet.read(dsl(), "one", MEMBER, MEMBERS, MEMBER.eq(1));
        IdSet two = IdSet.read(dsl(), "two", MEMBER, MEMBERS, MEMBER.eq(2));
        assertThat(probes(one.contains(PROBE))).containsExactly(1);
        assertThat(probes(two.contains(PROBE))).containsExactly(2);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "127, true", "128, false", "-1, false", "2147483647, false"})
    void idsBeyondTheLimitAreListed(int id, boolean isBits) {
        insert(MEMBERS, List.of(id));
        read(FEW_BITS);
        assertThat(dsl().fetchValue("SELECT current_setting('indico_metrics.test')"))
                .asString()
                .startsWith(isBits ? "x" : "{");
    }

    @Test
    void itEndsWithTheTransaction() throws SQLException {
        insert(MEMBERS, List.of(1));
        read(BITS);
        Objects.requireNonNull(connection).rollback();
        assertThat(dsl().fetchValue("SELECT nullif(current_setting('indico_metrics.test', true), '')"))
                .isNull();
    }

    @Test
    void itTakesOneStatement() {
        int[] sent = {0};
        DSLContext counting =
                DSL.using(dsl().configuration().derive(org.jooq.ExecuteListener.onStart(statement -> sent[0]++)));
        IdSet.read(counting, "test", MEMBER, MEMBERS, noCondition());
        assertThat(sent[0]).isEqualTo(1);
    }

    /** A plan that walks the list for each row would need minutes. */
    @ParameterizedTest
    @ValueSource(ints = {BITS, FEW_BITS})
    void askingOfManyRowsTakesNoLongWhereverItStands(int maxBits) {
        int size = 20_000;
        insert(MEMBERS, IntStream.range(0, size).mapToObj(id -> 2 * id).toList());
        dsl().execute("INSERT INTO probes SELECT generate_series(1, 200000)");
        dsl().execute("ANALYZE members");
        dsl().execute("ANALYZE probes");
        IdSet.Counted set = read(maxBits);
        dsl().execute("SET LOCAL statement_timeout = '10s'");
        var counts = dsl().select(
                        countRowsWhere(set.ids().contains(PROBE)),
                        countRowsWhere(set.ids().lacks(PROBE)),
                        countRowsWhere(PROBE.eq(1).or(set.ids().contains(PROBE))))
                .from(PROBES)
                .fetchSingle();
        assertThat(counts.value1()).isEqualTo(size - 1);
        assertThat(counts.value2()).isEqualTo(200_000 - size + 1);
        assertThat(counts.value3()).isEqualTo(size);
        assertThat(dsl().select(countRows())
                        .from(PROBES)
                        .where(set.ids().lacks(PROBE))
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
            IdSet.Counted set = read(maxBits);
            assertThat(probes(set.ids().contains(PROBE)))
                    .as("in, %d bits", maxBits)
                    .isEqualTo(probes(in));
            assertThat(probes(set.ids().lacks(PROBE)))
                    .as("not in, %d bits", maxBits)
                    .isEqualTo(probes(in.not()));
            assertThat(set.isDistinct())
                    .isEqualTo(dsl().fetchCount(MEMBERS)
                            == dsl().fetchCount(DSL.selectDistinct(MEMBER).from(MEMBERS)));
        }
    }

    @Test
    void aFailureToReadIsTold() {
        assertThatThrownBy(() -> IdSet.read(
                        dsl(),
                        "test",
                        MEMBER,
                        MEMBERS,
                        field(name("members", "no_column"), Boolean.class).isTrue()))
                .isInstanceOf(DataAccessException.class);
    }

    private IdSet.Counted read(int maxBits) {
        return IdSet.readCounted(dsl(), "test", MEMBER, MEMBERS, noCondition(), maxBits);
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
