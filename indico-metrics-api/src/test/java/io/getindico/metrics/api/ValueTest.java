package io.getindico.metrics.api;

import static io.getindico.metrics.api.Value.countDistinct;
import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.api.Value.latest;
import static io.getindico.metrics.api.Value.max;
import static io.getindico.metrics.api.Value.min;
import static io.getindico.metrics.api.Value.one;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.api.Value.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.temporal.Temporal;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.tools.jdbc.MockConnection;
import org.jooq.tools.jdbc.MockResult;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValueTest {
    private static final Field<Integer> SIZE = field(name("size"), SQLDataType.INTEGER);
    private static final Field<Boolean> DELETED = field(name("deleted"), SQLDataType.BOOLEAN);
    private static final Field<Boolean> OLD = field(name("old"), SQLDataType.BOOLEAN);
    private static final Field<Instant> AT = field(name("at"), SQLDataType.INSTANT);
    private static final Field<OffsetDateTime> AT_OFFSET = field(name("at"), SQLDataType.TIMESTAMPWITHTIMEZONE);
    private static final Field<LocalDateTime> LOCAL = field(name("local"), SQLDataType.LOCALDATETIME);
    private static final Field<LocalDate> DAY = field(name("day"), SQLDataType.LOCALDATE);

    private static String rendered(Field<?> field) {
        String sql = DSL.using(SQLDialect.POSTGRES).renderInlined(select(field).from(table(name("events"))));
        return sql.replace("select ", "").replace(" from \"events\"", "").replace("\"", "");
    }

    @Nested
    class OfRows {
        static Stream<Arguments> all() {
            return Stream.of(
                    Arguments.of(countRows(), "count(*)"),
                    Arguments.of(countDistinct(SIZE), "count(distinct size)"),
                    Arguments.of(sum(SIZE), "coalesce(sum(size), 0)"),
                    Arguments.of(min(SIZE), "min(size)"),
                    Arguments.of(max(SIZE), "max(size)"),
                    Arguments.of(earliest(AT), "min(at)"),
                    Arguments.of(latest(AT), "max(at)"),
                    Arguments.of(latest(AT_OFFSET), "max(at)"),
                    Arguments.of(one(), "max(1)"),
                    Arguments.of(scalar(SIZE.plus(1)), "(size + 1)"));
        }

        @ParameterizedTest
        @MethodSource("all")
        void isComputedBy(Value value, String sql) {
            assertThat(rendered(value.ofRows())).isEqualTo(sql);
        }

        static Stream<Arguments> restricted() {
            return Stream.of(
                    Arguments.of(countRows(), "count(*) filter (where deleted = false)"),
                    Arguments.of(countDistinct(SIZE), "count(distinct size) filter (where deleted = false)"),
                    Arguments.of(sum(SIZE), "coalesce(sum(size) filter (where deleted = false), 0)"),
                    Arguments.of(min(SIZE), "min(size) filter (where deleted = false)"),
                    Arguments.of(latest(AT), "max(at) filter (where deleted = false)"),
                    Arguments.of(one(), "max(1) filter (where deleted = false)"));
        }

        @ParameterizedTest
        @MethodSource("restricted")
        void isRestrictedInTheSamePass(Value value, String sql) {
            assertThat(rendered(value.where(DELETED.isFalse()).ofRows())).isEqualTo(sql);
        }

        @Test
        void isRestrictedByEachConditionGiven() {
            Value live = countRows().where(DELETED.isFalse());
            assertThat(rendered(live.where(OLD.isTrue()).ofRows()))
                    .isEqualTo("count(*) filter (where (deleted = false and old = true))");
            assertThat(rendered(live.ofRows())).isEqualTo("count(*) filter (where deleted = false)");
        }

        @Test
        void refusesToRestrictAScalar() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> scalar(SIZE).where(DELETED.isFalse()))
                    .withMessage("a scalar has no rows to restrict");
        }

        @Test
        void isReadCorrectlyBeyondTheRangeOfInt() {
            long many = Integer.MAX_VALUE + 1L;
            for (Value value : List.of(countRows(), countRows().where(DELETED.isTrue()), countDistinct(DELETED))) {
                assertThat(read(value.ofRows(), many)).isEqualTo(many);
            }
        }

        /** Returns what jOOQ reads from the answer of a server that sends a bigint. */
        private static Object read(Field<?> count, long answer) {
            DSLContext create = DSL.using(SQLDialect.POSTGRES);
            Field<Long> bigint = field(name("count"), SQLDataType.BIGINT);
            var rows = create.newResult(bigint);
            rows.add(create.newRecord(bigint).values(answer));
            MockConnection server = new MockConnection(context -> new MockResult[] {new MockResult(1, rows)});
            return DSL.using(server, SQLDialect.POSTGRES)
                    .select(count)
                    .from(table(name("events")))
                    .fetchSingle(count);
        }
    }

    /** The SQL merges groups if a label is open. */
    @Nested
    class OfGroups {
        static Stream<Arguments> all() {
            return Stream.of(
                    Arguments.of(countRows(), "sum(size)"),
                    Arguments.of(sum(SIZE), "sum(size)"),
                    Arguments.of(min(SIZE), "min(size)"),
                    Arguments.of(max(SIZE), "max(size)"),
                    Arguments.of(one(), "max(size)"),
                    Arguments.of(countDistinct(SIZE), "count(distinct size)"));
        }

        @ParameterizedTest
        @MethodSource("all")
        void mergesTheValuesOfTheGroups(Value value, String sql) {
            assertThat(rendered(value.ofGroups(SIZE))).isEqualTo(sql);
        }

        @Test
        void keepsTheExpressionOfADistinctCountUntilTheMerge() {
            assertThat(rendered(countDistinct(SIZE).distinct())).isEqualTo("size");
            assertThat(rendered(countDistinct(SIZE).where(DELETED.isFalse()).distinct()))
                    .isEqualTo("case when deleted = false then size end");
        }

        @Test
        void refusesAScalar() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> scalar(SIZE).ofGroups(SIZE))
                    .withMessage("a scalar has no groups");
        }
    }

    @Nested
    class Merging {
        static Stream<Arguments> mergeable() {
            return Stream.of(
                    Arguments.of(countRows(), 5.0),
                    Arguments.of(sum(SIZE), 5.0),
                    Arguments.of(min(SIZE), 2.0),
                    Arguments.of(earliest(AT), 2.0),
                    Arguments.of(max(SIZE), 3.0),
                    Arguments.of(latest(AT), 3.0),
                    Arguments.of(one(), 3.0));
        }

        @ParameterizedTest
        @MethodSource("mergeable")
        void addsUpCountsAndSumsAndComparesExtremes(Value value, double merged) {
            assertThat(value.merge(2, 3)).isEqualTo(merged);
            assertThat(value.merge(3, 2)).isEqualTo(merged);
            assertThat(value.mergesWith(value)).isTrue();
        }

        @Test
        void refusesDistinctCountsAndScalars() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> countDistinct(SIZE).merge(2, 3))
                    .withMessage("a distinct count cannot be merged with another");
            assertThatIllegalStateException()
                    .isThrownBy(() -> scalar(SIZE).merge(2, 3))
                    .withMessage("a scalar cannot be merged with another");
            assertThat(countDistinct(SIZE).mergesWith(countDistinct(SIZE))).isFalse();
            assertThat(scalar(SIZE).mergesWith(scalar(SIZE))).isFalse();
        }

        @Test
        void mixesNoKindsExceptCountsAndSums() {
            assertThat(countRows().mergesWith(sum(SIZE))).isTrue();
            assertThat(sum(SIZE).mergesWith(countRows())).isTrue();
            assertThat(max(SIZE).mergesWith(one())).isTrue();
            List<Value> kinds = List.of(countRows(), min(SIZE), max(SIZE), countDistinct(SIZE), scalar(SIZE));
            for (Value one : kinds) {
                kinds.stream()
                        .filter(other -> other != one)
                        .forEach(other -> assertThat(one.mergesWith(other)).isFalse());
            }
        }
    }

    @Test
    void onlyCountsAndSumsOfNoRowsAreZero() {
        assertThat(List.of(countRows(), countDistinct(SIZE), sum(SIZE))).allMatch(Value::isZeroWhereEmpty);
        assertThat(List.of(min(SIZE), max(SIZE), earliest(AT), latest(AT), one(), scalar(SIZE)))
                .noneMatch(Value::isZeroWhereEmpty);
    }

    @Nested
    class Numbers {
        static Stream<Arguments> numbers() {
            return Stream.of(
                    Arguments.of(7, 7.0),
                    Arguments.of(1L << 53, 9007199254740992.0),
                    Arguments.of(new BigDecimal("0.25"), 0.25),
                    Arguments.of(true, 1.0),
                    Arguments.of(false, 0.0),
                    Arguments.of(Instant.parse("2026-03-01T12:00:00.25Z"), 1772366400.25),
                    Arguments.of(Instant.parse("1969-12-31T23:59:59.5Z"), -0.5),
                    Arguments.of(OffsetDateTime.parse("2026-03-01T14:00:00+02:00"), 1772366400.0));
        }

        @ParameterizedTest
        @MethodSource("numbers")
        void areTheValuesReadOrUnixSecondsForInstants(Object read, double number) {
            assertThat(Value.number(read)).isEqualTo(number);
        }

        @Test
        void areNotMadeOfWallClockTime() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Value.number(LocalDateTime.parse("2026-03-01T12:00:00")))
                    .withMessage(
                            "a wall-clock time is not an instant: convert it in the query with the context's zone()");
        }

        @Test
        void areNotMadeOfText() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Value.number("7"))
                    .withMessage("a value of java.lang.String: expected a number, a boolean, or a time in UTC or with a"
                            + " time zone");
        }
    }

    static Stream<Field<? extends Temporal>> wallClocks() {
        return Stream.of(LOCAL, DAY, field(name("time"), SQLDataType.LOCALTIME));
    }

    @ParameterizedTest
    @MethodSource("wallClocks")
    void aWallClockTimeIsRefusedBeforeItIsRead(Field<? extends Temporal> wallClock) {
        String message = "a wall-clock time is not an instant: convert it in the query with the context's zone()";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> earliest(wallClock))
                .withMessage(message);
        assertThatIllegalArgumentException().isThrownBy(() -> latest(wallClock)).withMessage(message);
        assertThatIllegalArgumentException().isThrownBy(() -> scalar(wallClock)).withMessage(message);
    }
}
