package io.getindico.metrics.collectors.differential;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * Random values in the columns that collectors read, apart from those that an {@link IndicoWriter} writes. PostgreSQL
 * makes them according to its catalog: the ids of other tables, the numbers of an enum, times around the boundaries of
 * the windows, and NULL where Indico permits it. So a new collector's tables have rows without further work.
 */
final class RandomColumns {
    private static final int MOST_ROWS = 25;
    /** How far a table is from the events, at most. */
    private static final int GENERATIONS = 3;

    /** The boundaries of all windows, each with the instants just before and after it. */
    private static final String OFFSETS = List.of(
                    "0 days",
                    "-10 minutes",
                    "1 hour",
                    "-1 hour",
                    "1 day",
                    "-1 day",
                    "-7 days",
                    "-30 days",
                    "-90 days",
                    "-365 days",
                    "-12 hours",
                    "2 days",
                    "-14 days",
                    "-400 days")
            .stream()
            .flatMap(offset -> List.of("", " 1 microsecond", " -1 microsecond").stream()
                    .map(beside -> "'" + offset + beside + "'::interval"))
            .collect(Collectors.joining(", "));

    /** Texts that have a meaning for a collector. */
    private static final Map<String, String> WORDS = Map.of(
            "events.logs.type", "'email', 'email', 'simple'",
            "events.logs.data", "'{\"state\": \"pending\"}', '{\"state\": \"sent\"}', '{\"state\": \"failed\"}', '{}'",
            "users.logs.module", "'User', 'Other'",
            "users.logs.summary", "'User created', 'User changed'",
            "indico.files.meta", "'{}', '{\"deletion_failed\": true}'",
            "events.payment_transactions.provider", "'_manual', 'paypal'",
            "event_registration.forms.retention_period", "'0 days', '1 day', '7 days'",
            "event_registration.form_items.retention_period", "'0 days', '1 day', '7 days'",
            // One row is the system, which a rule chooses.
            "users.users.is_system", "'false'");

    /** Columns whose values depend on each other. */
    private static final Map<String, String> ROWS = Map.of(
            "events.settings", """
            INSERT INTO events.settings (id, event_id, module, name, value)
            SELECT row_number() OVER (), e.id, s.module, s.name, s.value::jsonb FROM events.events e
            CROSS JOIN LATERAL (VALUES
              ('features', 'enabled', (ARRAY['["abstracts"]', '["papers"]', '["abstracts", "papers"]'])[pg_temp.die(3)]),
              ('abstracts', 'start_dt', %s), ('abstracts', 'end_dt', %s),
              ('paper_reviewing', 'start_dt', %s), ('paper_reviewing', 'end_dt', %s)) s (module, name, value)
            WHERE e.id > 0 AND random() < 0.8""",
            "indico.settings", """
            INSERT INTO indico.settings (id, module, name, value)
            SELECT row_number() OVER (), s.module, s.name, s.value::jsonb FROM (VALUES
              ('celery', 'last_ping', %s), ('celery', 'last_ping_version', (ARRAY['"3.3.14"', 'null'])[pg_temp.die(2)]),
              ('announcement', 'enabled', (ARRAY['true', 'false'])[pg_temp.die(2)]),
              ('announcement', 'message', (ARRAY['"Down at noon"', '""', 'null'])[pg_temp.die(3)]),
              ('plugin_livesync', 'disable_queue_runs', (ARRAY['true', 'false'])[pg_temp.die(2)]),
              ('plugin_livesync', 'skip_category_changes', (ARRAY['true', 'false'])[pg_temp.die(2)])) s (module, name, value)
            WHERE random() < 0.8""");

    /** Rules that Indico's rows keep. Distinct times make one row the newest. */
    private static final List<String> RULES = List.of(
            "UPDATE events.notes n SET event_id = COALESCE(linked_event_id,"
                    + " (SELECT event_id FROM events.sessions WHERE id = n.session_id),"
                    + " (SELECT event_id FROM events.contributions WHERE id = n.contribution_id),"
                    + " (SELECT c.event_id FROM events.subcontributions s JOIN events.contributions c"
                    + " ON c.id = s.contribution_id WHERE s.id = n.subcontribution_id))",
            "UPDATE attachments.folders n SET event_id = COALESCE(linked_event_id,"
                    + " (SELECT event_id FROM events.sessions WHERE id = n.session_id),"
                    + " (SELECT event_id FROM events.contributions WHERE id = n.contribution_id),"
                    + " (SELECT c.event_id FROM events.subcontributions s JOIN events.contributions c"
                    + " ON c.id = s.contribution_id WHERE s.id = n.subcontribution_id))",
            "UPDATE event_registration.registrations r SET event_id = f.event_id"
                    + " FROM event_registration.forms f WHERE f.id = r.registration_form_id",
            "UPDATE events.requests SET created_dt = created_dt + id * interval '1 millisecond'",
            "UPDATE event_editing.revisions SET created_dt = created_dt + id * interval '1 millisecond'",
            "UPDATE users.users SET merged_into_id = NULL WHERE NOT is_deleted",
            "UPDATE users.users SET is_system = true"
                    + " WHERE id = (SELECT min(id) FROM users.users WHERE NOT is_deleted)");

    private final DSLContext dsl;
    private final Map<String, List<Column>> tables = new TreeMap<>();

    /** A column as Indico's tables have it. */
    private record Column(
            String name,
            String type,
            boolean isNullable,
            @Nullable String codes,
            @Nullable String target) {}

    private RandomColumns(DSLContext dsl) {
        this.dsl = dsl;
    }

    /** Reads the catalog, which must still say which columns may be NULL. */
    static RandomColumns create(DSLContext dsl, Map<String, ? extends Collection<String>> columns) {
        RandomColumns random = new RandomColumns(dsl);
        columns.forEach((table, names) -> random.tables.put(table, random.read(table, names)));
        dsl.execute("CREATE FUNCTION pg_temp.die(sides integer) RETURNS integer VOLATILE LANGUAGE sql AS"
                + " 'SELECT 1 + floor(random() * sides)::integer'");
        dsl.execute("CREATE FUNCTION pg_temp.one(options anyarray) RETURNS anyelement VOLATILE LANGUAGE sql AS"
                + " 'SELECT options[pg_temp.die(cardinality(options))]'");
        return random;
    }

    private List<Column> read(String table, Collection<String> names) {
        return dsl.fetch("""
                SELECT attname, format_type(atttypid, NULL), NOT attnotnull,
                  (SELECT substring(pg_get_constraintdef(oid) FROM 'ARRAY\\[([\\d, ]+)') FROM pg_constraint
                   WHERE conrelid = attrelid AND contype = 'c' AND conkey = ARRAY[attnum] LIMIT 1),
                  (SELECT confrelid::regclass::text FROM pg_constraint
                   JOIN pg_attribute target ON target.attrelid = confrelid AND target.attname = 'id'
                     AND target.attnum = confkey[array_position(conkey, a.attnum)]
                   WHERE conrelid = a.attrelid AND contype = 'f' LIMIT 1),
                  EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND indisprimary AND attnum = ANY (indkey))
                FROM pg_attribute a WHERE attrelid = CAST(? AS regclass) AND attnum > 0 AND NOT attisdropped
                ORDER BY attname
                """, table).stream()
                .filter(row -> row.get(5, boolean.class)
                        || row.get(0).equals("event_id")
                        || names.contains(row.get(0, String.class)))
                .map(RandomColumns::column)
                .toList();
    }

    private static Column column(Record row) {
        return new Column(
                row.get(0, String.class),
                row.get(1, String.class),
                row.get(2, boolean.class),
                row.get(3, String.class),
                row.get(4, String.class));
    }

    /** Fills tables that have no rows, and the other columns of those that have. */
    void fill(Random random, Instant now, ZoneId zone, Map<String, ? extends Collection<String>> written) {
        Fill fill = new Fill(random, now, zone, written);
        dsl.transaction(transaction -> {
            transaction.dsl().execute("SET LOCAL session_replication_role = replica");
            transaction.dsl().fetch("SELECT setseed(?)", random.nextDouble());
            List<String> statements = new ArrayList<>();
            tables.forEach((table, columns) -> statements.addAll(fill.statements(table, columns)));
            for (int generation = 0; generation < GENERATIONS; generation++) {
                tables.keySet().stream()
                        .filter(table -> !written.containsKey(table))
                        .forEach(table -> statements.addAll(withoutOrphans(table)));
            }
            statements.addAll(RULES);
            transaction.dsl().connection(connection -> {
                try (var statement = connection.createStatement()) {
                    for (String sql : statements) {
                        statement.execute(sql);
                    }
                }
            });
        });
    }

    /** Takes away rows whose parent is not there, because that table is empty or would not take the parent twice. */
    private List<String> withoutOrphans(String table) {
        return tables.getOrDefault(table, List.of()).stream()
                .filter(column -> column.target != null && !column.isNullable)
                .map(column -> "DELETE FROM %1$s WHERE %2$s IS NULL OR %2$s NOT IN (SELECT id FROM %3$s)"
                        .formatted(table, column.name, column.target))
                .toList();
    }

    private final class Fill {
        private final String now;
        private final String localNow;
        private final Map<String, ? extends Collection<String>> written;
        private final Map<String, Integer> rows = new HashMap<>();

        Fill(Random random, Instant now, ZoneId zone, Map<String, ? extends Collection<String>> written) {
            this.now = "'" + LocalDateTime.ofInstant(now, ZoneOffset.UTC) + "'::timestamp";
            this.localNow = "'" + LocalDateTime.ofInstant(now, zone) + "'::timestamp";
            this.written = written;
            tables.keySet().forEach(table -> rows.put(table, 1 + random.nextInt(MOST_ROWS)));
        }

        List<String> statements(String table, List<Column> columns) {
            Collection<String> there = written.get(table);
            if (there == null) {
                String rowsOfTable = ROWS.get(table);
                return List.of(
                        "DELETE FROM " + table,
                        rowsOfTable == null
                                ? insert(table, columns)
                                : rowsOfTable.replace(
                                        "%s",
                                        "to_json(replace((%s + %s)::text, ' ', 'T') || '+00:00')::text"
                                                .formatted(now, one(OFFSETS))));
            }
            String values = columns.stream()
                    .filter(column -> !there.contains(column.name))
                    .map(column -> column.name + " = " + nullable(table, column))
                    .collect(Collectors.joining(", "));
            return values.isEmpty() ? List.of() : List.of("UPDATE " + table + " SET " + values);
        }

        private String insert(String table, List<Column> columns) {
            return "INSERT INTO %s (%s) SELECT %s FROM generate_series(1, %d) AS n ON CONFLICT DO NOTHING"
                    .formatted(
                            table,
                            columns.stream().map(Column::name).collect(Collectors.joining(", ")),
                            columns.stream()
                                    .map(column -> column.name.equals("id") ? "n" : nullable(table, column))
                                    .collect(Collectors.joining(", ")),
                            rows.get(table));
        }

        private String nullable(String table, Column column) {
            String value = value(table, column);
            return column.isNullable ? "CASE WHEN random() < 0.7 THEN %s END".formatted(value) : value;
        }

        private String value(String table, Column column) {
            String words = WORDS.get(table + "." + column.name);
            if (words != null) {
                return "(" + one(words) + ")::" + column.type;
            }
            if (column.codes != null) {
                return one(column.codes);
            }
            if (column.target != null) {
                return written.containsKey(column.target)
                        ? "pg_temp.one(ARRAY(SELECT id FROM %s ORDER BY id))".formatted(column.target)
                        : "1 + floor(random() * %d)::integer".formatted(rows.getOrDefault(column.target, 1));
            }
            boolean isLocal = table.startsWith("roombooking.") && !column.name.equals("created_dt");
            return switch (column.type) {
                case "boolean" -> "random() < 0.4";
                case "timestamp without time zone" -> (isLocal ? localNow : now) + " + " + one(OFFSETS);
                case "date" -> localNow + "::date + pg_temp.die(5) - 3";
                case "integer", "bigint", "smallint" -> "pg_temp.die(4) - 1";
                case "numeric" -> "pg_temp.die(1000) / 100.0";
                case "bytea" -> "'\\x00ff'::bytea";
                case "json", "jsonb" -> "'{}'::jsonb";
                case "interval" -> "'1 day'::interval";
                default -> one("'a', 'b', 'c'");
            };
        }

        private String one(String values) {
            return "pg_temp.one(ARRAY[" + values + "])";
        }
    }
}
