package io.getindico.metrics.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.InsertValuesStepN;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * New rows of one table, collected and written together. A column that must have a value and got none is empty, as
 * Indico leaves it where nobody entered anything.
 */
final class Rows {
    private static final Map<Class<?>, Object> EMPTY = Map.ofEntries(
            Map.entry(String.class, ""),
            Map.entry(String[].class, new String[0]),
            Map.entry(Boolean.class, false),
            Map.entry(Integer.class, 0),
            Map.entry(JSON.class, JSON.valueOf("{}")),
            Map.entry(JSONB.class, JSONB.valueOf("{}")));

    /** A statement for each row would take PostgreSQL twice the time, and one for all has more values than it takes. */
    private static final int ROWS_PER_STATEMENT = 200;

    private final Table<?> table;
    private final List<Row> rows = new ArrayList<>();
    private int lastId;

    /** Rows for a table that has at most what Indico itself puts there, with the id 0. */
    Rows(Table<?> table) {
        this.table = table;
    }

    /** Begins a row. */
    Row add() {
        Row row = new Row(++lastId);
        rows.add(row);
        return row;
    }

    /** Writes what was added since the last time. */
    void write(DSLContext dsl) {
        if (rows.isEmpty()) {
            return;
        }
        List<Field<?>> columns =
                Arrays.stream(table.fields()).filter(this::isNeeded).toList();
        for (int from = 0; from < rows.size(); from += ROWS_PER_STATEMENT) {
            insert(dsl, columns, rows.subList(from, Math.min(rows.size(), from + ROWS_PER_STATEMENT)));
        }
        rows.clear();
        if (table.getIdentity() != null) {
            advanceSequence(dsl);
        }
    }

    private void insert(DSLContext dsl, List<Field<?>> columns, List<Row> some) {
        InsertValuesStepN<?> insert = dsl.insertInto(table).columns(columns);
        for (Row row : some) {
            insert = insert.values(row.valuesOf(columns));
        }
        insert.execute();
    }

    private boolean isNeeded(Field<?> column) {
        return !column.getDataType().nullable() || rows.stream().anyMatch(row -> row.values.containsKey(column));
    }

    /** The ids were not taken from it. */
    private void advanceSequence(DSLContext dsl) {
        Field<String> sequence = DSL.function(
                "pg_get_serial_sequence", SQLDataType.VARCHAR, DSL.inline(dsl.render(table)), DSL.inline("id"));
        dsl.select(DSL.function("setval", SQLDataType.BIGINT, sequence, DSL.inline(lastId)))
                .fetch();
    }

    /** One row. */
    static final class Row {
        private final int id;
        private final Map<Field<?>, @Nullable Object> values = new HashMap<>();

        private Row(int id) {
            this.id = id;
        }

        <T> Row set(Field<T> column, @Nullable T value) {
            values.put(column, value);
            return this;
        }

        /** The row's own, used where the table has the column {@code id}. */
        int id() {
            return id;
        }

        private @Nullable Object[] valuesOf(List<Field<?>> columns) {
            return columns.stream().map(this::valueOf).toArray();
        }

        private @Nullable Object valueOf(Field<?> column) {
            if (values.containsKey(column)) {
                return values.get(column);
            }
            if (column.getDataType().identity()) {
                return id;
            }
            return column.getDataType().nullable() ? null : EMPTY.get(column.getType());
        }
    }
}
