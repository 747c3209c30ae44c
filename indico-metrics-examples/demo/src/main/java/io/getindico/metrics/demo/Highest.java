package io.getindico.metrics.demo;

import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.select;

import org.jooq.Field;
import org.jooq.Record2;
import org.jooq.Table;
import org.jooq.TableField;

/**
 * The highest number of each group of rows, for those who keep it.
 *
 * @param table to be joined
 * @param group whose number it is
 * @param number the highest
 */
record Highest(Table<Record2<Integer, Integer>> table, Field<Integer> group, Field<Integer> number) {
    static Highest of(TableField<?, Integer> number, TableField<?, Integer> group) {
        Table<Record2<Integer, Integer>> table = select(
                        group.as("part_of"), max(number).as("highest"))
                .from(number.getTable())
                .groupBy(group)
                .asTable("highest_" + number.getName());
        return new Highest(table, table.field("part_of", Integer.class), table.field("highest", Integer.class));
    }
}
