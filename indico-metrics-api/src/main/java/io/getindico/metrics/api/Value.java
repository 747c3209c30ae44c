package io.getindico.metrics.api;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.when;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.temporal.Temporal;
import org.jooq.AggregateFilterStep;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * The value that a {@link FamilyQuery} computes for a family and each group of rows. The kinds of value are fixed, so
 * the engine knows how to merge two values of one series: it adds counts and sums, and takes the lower minimum or the
 * higher maximum. Distinct counts cannot be merged.
 *
 * <p>Over no rows, counts and sums are 0. Minimums, maximums, instants and scalars are absent.
 *
 * @since 0.1.0
 */
public final class Value {
    private enum Kind {
        COUNT,
        SUM,
        MIN,
        MAX,
        DISTINCT,
        SCALAR
    }

    private final Kind kind;
    private final Field<?> field;
    private final @Nullable Condition condition;

    private Value(Kind kind, Field<?> field, @Nullable Condition condition) {
        this.kind = kind;
        this.field = field;
        this.condition = condition;
    }

    /** {@return the number of rows of the group, {@code count(*)}} */
    public static Value countRows() {
        return new Value(Kind.COUNT, inline(1), null);
    }

    /**
     * Counts the distinct values of an expression, without NULL. The family needs all labels that the query groups by.
     *
     * @param field the expression
     * @return {@code count(DISTINCT …)}
     */
    public static Value countDistinct(Field<?> field) {
        return new Value(Kind.DISTINCT, field, null);
    }

    /**
     * Sums an expression and ignores NULL.
     *
     * @param field a number
     * @return {@code sum(…)}, or 0 if there is nothing to add
     */
    public static Value sum(Field<? extends Number> field) {
        return new Value(Kind.SUM, field, null);
    }

    /**
     * Takes the lowest value of an expression.
     *
     * @param field a number
     * @return {@code min(…)}, absent if there is none
     */
    public static Value min(Field<? extends Number> field) {
        return new Value(Kind.MIN, field, null);
    }

    /**
     * Takes the highest value of an expression.
     *
     * @param field a number
     * @return {@code max(…)}, absent if there is none
     */
    public static Value max(Field<? extends Number> field) {
        return new Value(Kind.MAX, field, null);
    }

    /**
     * Takes the earliest instant of an expression, in Unix seconds.
     *
     * @param field a time in UTC or with a time zone
     * @return {@code min(…)}, absent if there is none
     * @throws IllegalArgumentException if the expression is a wall-clock time, which is not an instant
     */
    public static Value earliest(Field<? extends Temporal> field) {
        return new Value(Kind.MIN, instant(field), null);
    }

    /**
     * Takes the latest instant of an expression, in Unix seconds.
     *
     * @param field a time in UTC or with a time zone
     * @return {@code max(…)}, absent if there is none
     * @throws IllegalArgumentException if the expression is a wall-clock time, which is not an instant
     */
    public static Value latest(Field<? extends Temporal> field) {
        return new Value(Kind.MAX, instant(field), null);
    }

    /**
     * Takes an expression with one value for the whole query, such as a subquery or a calculation with aggregates. The
     * query must return one row and must not group.
     *
     * @param field a number, a time in UTC or with a time zone (in Unix seconds), or a boolean (1 or 0)
     * @return the expression, absent if it is NULL
     * @throws IllegalArgumentException if the expression is a wall-clock time, which is not an instant
     */
    public static Value scalar(Field<?> field) {
        return new Value(Kind.SCALAR, Temporal.class.isAssignableFrom(field.getType()) ? instant(field) : field, null);
    }

    /** {@return 1 for each group that has a row, absent if there is none: the value of an info metric} */
    public static Value one() {
        return new Value(Kind.MAX, inline(1), null);
    }

    /**
     * Restricts the value to some rows of the group, so that one pass over a table computes many values.
     *
     * @param rows the rows to include
     * @return {@code … FILTER (WHERE …)}
     * @throws IllegalStateException if this is a scalar
     */
    public Value where(Condition rows) {
        if (kind == Kind.SCALAR) {
            throw new IllegalStateException("a scalar has no rows to restrict");
        }
        return new Value(kind, field, condition == null ? rows : condition.and(rows));
    }

    /**
     * Merges two values of one series.
     *
     * @param a one
     * @param b the other
     * @return their sum, or the lower minimum or higher maximum
     * @throws IllegalStateException if values of this kind cannot be merged
     */
    public double merge(double a, double b) {
        return switch (kind) {
            case COUNT, SUM -> a + b;
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case DISTINCT, SCALAR -> throw new IllegalStateException("a " + name() + " cannot be merged with another");
        };
    }

    /** {@return whether the value over no rows is 0: true for counts, distinct counts and sums} */
    public boolean isZeroWhereEmpty() {
        return kind == Kind.COUNT || kind == Kind.SUM || kind == Kind.DISTINCT;
    }

    boolean isScalar() {
        return kind == Kind.SCALAR;
    }

    boolean isDistinct() {
        return kind == Kind.DISTINCT;
    }

    /**
     * Whether this value and another one of the same series can be merged.
     *
     * @param other computed by another query
     * @return true if both are counts or sums, both minimums or both maximums
     */
    public boolean mergesWith(Value other) {
        boolean isAdded = kind == Kind.COUNT || kind == Kind.SUM;
        boolean isOtherAdded = other.kind == Kind.COUNT || other.kind == Kind.SUM;
        return isAdded ? isOtherAdded : kind == other.kind && (kind == Kind.MIN || kind == Kind.MAX);
    }

    /** What one row adds to the value. */
    Field<?> ofRow() {
        Field<?> added = switch (kind) {
            case COUNT -> inline(1);
            case SUM -> number();
            default -> throw new IllegalArgumentException("a history can only count rows and sum columns");
        };
        return condition == null ? added : when(condition, added);
    }

    /** The sum of what rows add or take away. */
    static Value changes(Field<?> ofRow, Field<Integer> sign) {
        return new Value(Kind.SUM, ofRow.coerce(BigDecimal.class).mul(sign), null);
    }

    private String name() {
        return isDistinct() ? "distinct count" : "scalar";
    }

    /** The value of a group of rows. */
    Field<?> ofRows() {
        return switch (kind) {
            case COUNT -> filtered(count()).coerce(SQLDataType.BIGINT);
            case DISTINCT -> filtered(DSL.countDistinct(field)).coerce(SQLDataType.BIGINT);
            case SUM -> coalesce(filtered(DSL.sum(number())), inline(BigDecimal.ZERO));
            case MIN -> filtered(DSL.min(field));
            case MAX -> filtered(DSL.max(field));
            case SCALAR -> field;
        };
    }

    /** The expression that a distinct count keeps for each group until the groups are merged. */
    Field<?> distinct() {
        return condition == null ? field : when(condition, field);
    }

    /** The value of several groups, computed from the result of {@link #ofRows} or {@link #distinct} for each. */
    Field<?> ofGroups(Field<?> groups) {
        return switch (kind) {
            case COUNT, SUM -> DSL.sum(groups.coerce(SQLDataType.NUMERIC));
            case MIN -> DSL.min(groups);
            case MAX -> DSL.max(groups);
            case DISTINCT -> DSL.countDistinct(groups).coerce(SQLDataType.BIGINT);
            case SCALAR -> throw new IllegalStateException("a scalar has no groups");
        };
    }

    private static Field<?> instant(Field<?> field) {
        if (field.getType() != Instant.class && field.getType() != OffsetDateTime.class) {
            throw noInstant();
        }
        return field;
    }

    private static IllegalArgumentException noInstant() {
        return new IllegalArgumentException(
                "a wall-clock time is not an instant: convert it in the query with the context's zone()");
    }

    private <T> Field<T> filtered(AggregateFilterStep<T> aggregate) {
        return condition == null ? aggregate : aggregate.filterWhere(condition);
    }

    @SuppressWarnings("unchecked")
    private Field<? extends Number> number() {
        return (Field<? extends Number>) field;
    }

    /** The only place that converts instants to Unix seconds. */
    static double number(Object read) {
        if (read instanceof Number number) {
            return number.doubleValue();
        }
        if (read instanceof Boolean isTrue) {
            return isTrue ? 1 : 0;
        }
        if (read instanceof OffsetDateTime time) {
            return seconds(time.toInstant());
        }
        if (read instanceof Instant instant) {
            return seconds(instant);
        }
        if (read instanceof LocalDateTime) {
            throw noInstant();
        }
        throw new IllegalArgumentException("a value of " + read.getClass().getName()
                + ": expected a number, a boolean, or a time in UTC or with a time zone");
    }

    private static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }
}
