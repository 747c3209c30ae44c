package io.getindico.metrics.testing;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.InsertReturningStep;
import org.jooq.Record;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/**
 * Inserts single rows into Indico's tables. A test sets the columns that matter to it. All other columns that must not
 * be NULL are filled in according to the database's catalog, so this works on every release: with false, the first
 * constant of an enum, or a running number as number or text. A foreign key gets the row with the lowest id, which is
 * inserted if there is none.
 *
 * <pre>{@code
 * IndicoRows rows = IndicoRows.into(dsl);
 * int event = rows.row(EVENTS).with(EVENTS.START_DT, now).insert();
 * rows.row(CONTRIBUTIONS).with(CONTRIBUTIONS.EVENT_ID, event).with(CONTRIBUTIONS.IS_DELETED, true).insert();
 * }</pre>
 *
 * <p>Not thread-safe.
 *
 * @since 0.1.0
 */
public final class IndicoRows {
    /** The return value for a table without ids. */
    public static final int NO_ID = -1;

    private static final Field<Integer> ID = field(name("id"), Integer.class);

    private final DSLContext dsl;
    private final Map<String, List<Column>> required = new HashMap<>();
    private int number;

    private IndicoRows(DSLContext dsl) {
        this.dsl = dsl;
    }

    /**
     * Creates a helper for one database.
     *
     * @param dsl the database; with a single connection instead of a data source, a row takes a millisecond
     * @return a new helper
     */
    public static IndicoRows into(DSLContext dsl) {
        return new IndicoRows(dsl);
    }

    /**
     * Starts a row.
     *
     * @param table one of Indico's tables
     * @return the row, not yet inserted
     */
    public Row row(Table<?> table) {
        return new Row(table);
    }

    /**
     * Changes an existing row, such as one of two rows that refer to each other.
     *
     * @param <T> the column's type
     * @param table the row's table, which has a column {@code id}
     * @param id the row's id
     * @param column a column of the table
     * @param value the value in jOOQ's type, or null
     * @throws IllegalArgumentException if there is no such row
     */
    public <T> void update(Table<?> table, int id, Field<T> column, @Nullable T value) {
        if (dsl.update(table).set(column, value).where(ID.eq(id)).execute() == 0) {
            throw new IllegalArgumentException("no row with the id " + id + " in " + table);
        }
    }

    /** Empties all tables. Needs a superuser, because foreign keys form cycles and are disabled meanwhile. */
    public void deleteAll() {
        dsl.execute("""
            DO $$
            DECLARE name text;
            BEGIN
              SET LOCAL session_replication_role = replica;
              FOR name IN
                SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
                WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
                  -- A file without pages never had rows. Most tables of a test do not.
                  AND pg_relation_size(format('%I.%I', schemaname, tablename)::regclass) > 0
              LOOP
                EXECUTE 'DELETE FROM ' || name;
              END LOOP;
            END $$\
            """);
    }

    private List<Column> required(Table<?> table) {
        return required.computeIfAbsent(
                dsl.render(table), name -> dsl.fetch("""
                    SELECT attname, format_type(atttypid, NULL), ns.nspname, target.relname,
                      (SELECT substring(pg_get_constraintdef(oid) FROM 'ARRAY\\[(\\d+)') FROM pg_constraint
                       WHERE conrelid = attrelid AND contype = 'c' AND conkey = ARRAY[attnum] LIMIT 1)
                    FROM pg_attribute
                    LEFT JOIN pg_constraint fk ON conrelid = attrelid AND contype = 'f' AND conkey = ARRAY[attnum]
                    LEFT JOIN pg_class target ON target.oid = confrelid
                    LEFT JOIN pg_namespace ns ON ns.oid = target.relnamespace
                    WHERE attrelid = CAST(? AS regclass) AND attnum > 0 AND attnotnull AND NOT atthasdef
                    """, name).map(Column::of));
    }

    /** A column that must not be NULL and has no default. */
    private record Column(
            String column,
            String type,
            @Nullable Table<?> target,
            @Nullable String firstOfEnum) {
        static Column of(Record row) {
            String table = row.get(3, String.class);
            return new Column(
                    row.get(0, String.class),
                    row.get(1, String.class),
                    table == null ? null : table(name(row.get(2, String.class), table)),
                    row.get(4, String.class));
        }

        String filler(int number) {
            if (firstOfEnum != null) {
                return firstOfEnum;
            }
            return switch (type) {
                case "boolean" -> "false";
                case "integer", "character varying", "text" -> String.valueOf(number);
                case "json", "jsonb" -> "{}";
                case "uuid" -> String.format(Locale.ROOT, "00000000-0000-4000-8000-%012d", number);
                case "date", "timestamp without time zone" -> "2026-01-01";
                case "time without time zone" -> "00:00";
                case "cidr" -> "0.0.0.0/0";
                default -> type.endsWith("[]") ? "{}" : "0";
            };
        }
    }

    /** A row to insert. */
    public final class Row {
        private final Table<?> table;
        private final Map<Field<?>, @Nullable Object> values = new LinkedHashMap<>();

        private Row(Table<?> table) {
            this.table = table;
        }

        /**
         * Gives a column its value.
         *
         * @param <T> the column's type
         * @param column a column of the row's table
         * @param value the value in jOOQ's type, or null
         * @return this
         */
        public <T> Row with(Field<T> column, @Nullable T value) {
            values.put(column, value);
            return this;
        }

        /**
         * Inserts the row.
         *
         * @return its id, or {@link #NO_ID} if the table has no ids
         */
        public int insert() {
            number++;
            Map<Field<?>, @Nullable Object> all = new LinkedHashMap<>(values);
            for (Column column : required(table)) {
                if (values.keySet().stream().noneMatch(field -> field.getName().equals(column.column()))) {
                    all.put(field(name(column.column())), filler(column));
                }
            }
            InsertReturningStep<?> insert = all.isEmpty()
                    ? dsl.insertInto(table).defaultValues()
                    : dsl.insertInto(table).set(all);
            if (table.fieldsRow().size() > 0 && table.field(ID) == null) {
                insert.execute();
                return NO_ID;
            }
            return insert.returningResult(ID).fetchSingle().value1();
        }

        private Field<?> filler(Column column) {
            Table<?> target = column.target();
            if (target == null) {
                return inline(column.filler(number));
            }
            if (!dsl.fetchExists(target)) {
                row(target).insert();
            }
            return field(select(min(ID)).from(target));
        }
    }
}
