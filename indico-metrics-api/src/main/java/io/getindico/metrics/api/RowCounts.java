package io.getindico.metrics.api;

import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.countDistinct;

import org.jooq.AggregateFunction;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;

/**
 * Counts of rows, read as {@code long}: jOOQ reads PostgreSQL's {@code count(*)} as {@code int}, and fails beyond its
 * range.
 *
 * @since 0.1.0
 */
public final class RowCounts {
    private RowCounts() {}

    /**
     * Counts all rows of the group.
     *
     * @return {@code count(*)}
     */
    public static Field<Long> countRows() {
        return asLong(count());
    }

    /**
     * Counts the rows of the group that meet a condition: one pass over a table gives many counts.
     *
     * @param condition which rows
     * @return {@code count(*) FILTER (WHERE …)}
     */
    public static Field<Long> countRowsWhere(Condition condition) {
        return count().filterWhere(condition).coerce(SQLDataType.BIGINT);
    }

    /**
     * Counts the distinct values of a column, nulls left out.
     *
     * @param field the column
     * @return {@code count(DISTINCT …)}
     */
    public static Field<Long> countDistinctValues(Field<?> field) {
        return asLong(countDistinct(field));
    }

    private static Field<Long> asLong(AggregateFunction<Integer> count) {
        return count.coerce(SQLDataType.BIGINT);
    }
}
