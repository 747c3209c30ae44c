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
 * What a {@link FamilyQuery} computes for a family, for each group of rows. The set is closed, so that the engine knows
 * how two values of the same series merge: counts and sums add up, of extremes the lower or the higher one stays, and
 * distinct counts do not merge.
 *
 * <p>Counts and sums of no rows are 0. Extremes, instants and scalars of no rows are absent.
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

    /**
     * Counts the rows of the group.
     *
     * @return {@code count(*)}
     */
    public static Value countRows() {
        return new Value(Kind.COUNT, inline(1), null);
    }

    /**
     * Counts the distinct values of an expression; NULL does not count. Its family needs all labels that the query groups
     * by.
     *
     * @param field the expression
     * @return {@code count(DISTINCT …)}
     */
    public static Value countDistinct(Field<?> field) {
        return new Value(Kind.DISTINCT, field, null);
    }

    /**
     * Adds up an expression; NULL does not count.
     *
     * @param field a number
     * @return {@code sum(…)}, 0 where there is nothing to add
     */
    public static Value sum(Field<? extends Number> field) {
        return new Value(Kind.SUM, field, null);
    }

    /**
     * Takes the lowest value of an expression.
     *
     * @param field a number
     * @return {@code min(…)}, absent where there is none
     */
    public static Value min(Field<? extends Number> field) {
        return new Value(Kind.MIN, field, null);
    }

    /**
     * Takes the highest value of an expression.
     *
     * @param field a number
     * @return {@code max(…)}, absent where there is none
     */
    public static Value max(Field<? extends Number> field) {
        return new Value(Kind.MAX, field, null);
    }

    /**
     * Takes the earliest instant of an expression, in Unix seconds.
     *
     * @param field a time in UTC or with a time zone
     * @return {@code min(…)}, absent where there is none
     * @throws IllegalArgumentException if the expression is wall-clock time, which is no instant
     */
    public static Value earliest(Field<? extends Temporal> field) {
        return new Value(Kind.MIN, instant(field), null);
    }

    /**
     * Takes the latest instant of an expression, in Unix seconds.
     *
     * @param field a time in UTC or with a time zone
     * @return {@code max(…)}, absent where there is none
     * @throws IllegalArgumentException if the expression is wall-clock time, which is no instant
     */
    public static Value latest(Field<? extends Temporal> field) {
        return new Value(Kind.MAX, instant(field), null);
    }

    /**
     * Takes an expression that has one value for the whole query, such as a subquery or a calculation with aggregates. The
     * query must give one row and group by nothing.
     *
     * @param field a number, a time in UTC or with a time zone (in Unix seconds), or a boolean (1 or 0)
     * @return the expression, absent where it is NULL
     * @throws IllegalArgumentException if the expression is wall-clock time, which is no instant
     */
    public static Value scalar(Field<?> field) {
        return new Value(Kind.SCALAR, Temporal.class.isAssignableFrom(field.getType()) ? instant(field) : field, null);
    }

    /**
     * Gives 1 for each group that has a row: the value of an info.
     *
     * @return 1, absent where there is no row
     */
    public static Value one() {
        return new Value(Kind.MAX, inline(1), null);
    }

    /**
     * Restricts the value to some rows of the group, so that one pass over a table gives many values.
     *
     * @param rows which rows
     * @return {@code … FILTER (WHERE …)}
     * @throws IllegalStateException if this is a scalar
     */
    public Value where(Condition rows) {
        if (kind == Kind.SCALAR) {
            throw new IllegalStateException("a scalar is not computed from rows that a condition could restrict");
        }
        return new Value(kind, field, condition == null ? rows : condition.and(rows));
    }

    /**
     * Merges two values of one series.
     *
     * @param a one
     * @param b the other
     * @return their sum, or the lower or higher one of extremes
     * @throws IllegalStateException if they do not merge
     */
    public double merge(double a, double b) {
        return switch (kind) {
            case COUNT, SUM -> a + b;
            case MIN -> Math.min(a, b);
            case MAX -> Math.max(a, b);
            case DISTINCT, SCALAR -> throw new IllegalStateException("a " + name() + " cannot be merged with another");
        };
    }

    /**
     * Whether no rows give 0.
     *
     * @return true for counts and sums
     */
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
     * @return true where both are of one kind, which is not a distinct count or a scalar
     */
    public boolean mergesWith(Value other) {
        boolean isAdded = kind == Kind.COUNT || kind == Kind.SUM;
        boolean isOtherAdded = other.kind == Kind.COUNT || other.kind == Kind.SUM;
        return isAdded ? isOtherAdded : kind == other.kind && (kind == Kind.MIN || kind == Kind.MAX);
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

    /** What a group of rows keeps of a distinct count until groups are merged: the expression itself. */
    Field<?> distinct() {
        return condition == null ? field : when(condition, field);
    }

    /** The value of several groups, from what {@link #ofRows} or {@link #distinct} gave for each. */
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
                "a wall-clock time is no instant: convert it in the query, with the context's zone()");
    }

    private <T> Field<T> filtered(AggregateFilterStep<T> aggregate) {
        return condition == null ? aggregate : aggregate.filterWhere(condition);
    }

    @SuppressWarnings("unchecked")
    private Field<? extends Number> number() {
        return (Field<? extends Number>) field;
    }

    /** Instants become Unix seconds here, and nowhere else. */
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
