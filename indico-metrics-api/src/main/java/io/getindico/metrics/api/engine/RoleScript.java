package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.joining;

import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.Requirements.ReadFunction;
import io.getindico.metrics.api.engine.Requirements.Relation;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** The SQL that creates a role which may read what queries need, and nothing else. */
final class RoleScript {
    private static final String VERSIONS = "public.alembic_version";
    private static final String PLUGIN = "plugin_";

    private final String role;
    private final List<RegisteredQuery> leftOut;
    private final Requirements required;

    private RoleScript(String role, List<RegisteredQuery> queries, List<RegisteredQuery> leftOut) {
        this.role = role;
        this.leftOut = leftOut;
        this.required = Requirements.union(
                queries.stream().map(RegisteredQuery::requirements).toList());
    }

    /**
     * Writes the script.
     *
     * @param withFunctions whether to create the functions for derived rows; if not, the queries that need them are left
     *     out
     * @throws IllegalArgumentException if no role can have this name
     */
    static String of(String role, Collection<RegisteredQuery> queries, boolean withFunctions) {
        check(role);
        List<RegisteredQuery> leftOut = queries.stream()
                .filter(query ->
                        !withFunctions && !query.requirements().functions().isEmpty())
                .toList();
        List<RegisteredQuery> kept =
                queries.stream().filter(query -> !leftOut.contains(query)).toList();
        return new RoleScript(role, kept, leftOut).text();
    }

    private static void check(String role) {
        if (role.isEmpty()
                || role.indexOf('\0') >= 0
                || role.startsWith("pg_")
                || Set.of("public", "none").contains(role)) {
            throw new IllegalArgumentException("the role name '" + role + "' is one that PostgreSQL does not allow");
        }
    }

    /**
     * Writes the script for what histories read beyond the queries, and how to revoke these rights.
     *
     * @throws IllegalArgumentException if no role can have this name
     */
    static String forHistories(
            String role, Collection<RegisteredQuery> queries, Collection<RegisteredQuery> histories) {
        check(role);
        SortedMap<Relation, SortedSet<String>> served = Requirements.union(
                        queries.stream().map(RegisteredQuery::requirements).toList())
                .columns();
        SortedMap<Relation, SortedSet<String>> more = new TreeMap<>();
        Requirements.union(histories.stream().map(RegisteredQuery::requirements).toList())
                .allColumns()
                .forEach((relation, columns) -> {
                    SortedSet<String> lacking = new TreeSet<>(columns);
                    lacking.removeAll(served.getOrDefault(relation, new TreeSet<>()));
                    if (!lacking.isEmpty() || !served.containsKey(relation)) {
                        more.put(relation, lacking);
                    }
                });
        String quoted = '"' + role.replace("\"", "\"\"") + '"';
        return """
                -- What the command backfill of indico-metrics-exporter reads beyond the role's own rights. Run this on Indico's
                -- database, as a superuser. Leave out the lines of tables and columns that this Indico does not have.
                %s
                -- After the backfill, revoke the rights:
                %s""".formatted(
                lines(more, schema -> "GRANT USAGE ON SCHEMA " + schema + " TO " + quoted + ";\n", "", quoted, true),
                lines(more, schema -> "", "-- ", quoted, false));
    }

    private static String lines(
            SortedMap<Relation, SortedSet<String>> columns,
            Function<String, String> schemas,
            String prefix,
            String role,
            boolean isGrant) {
        return columns.keySet().stream()
                        .map(Relation::schema)
                        .distinct()
                        .map(schemas)
                        .collect(joining())
                + columns.entrySet().stream()
                        .map(table -> prefix + (isGrant ? "GRANT" : "REVOKE") + " SELECT"
                                + (table.getValue().isEmpty() ? "" : " (" + String.join(", ", table.getValue()) + ")")
                                + " ON " + table.getKey() + (isGrant ? " TO " : " FROM ") + role + ";\n")
                        .collect(joining());
    }

    private String text() {
        return head() + columns() + (required.functions().isEmpty() ? "" : functions());
    }

    private String head() {
        String note = leftOut.isEmpty()
                ? ""
                : """
                -- Without functions the role cannot read these metrics. Add them to those that exporter.yaml excludes:
                --   exclude-families: %s
                """.formatted(leftOut.stream()
                        .flatMap(query -> query.families().stream())
                        .map(MetricFamily::name)
                        .distinct()
                        .sorted()
                        .collect(joining(",")));
        return """
                -- The role that indico-metrics logs in as. It may read the columns below%s and nothing else.
                -- Run this on Indico's database, as a superuser:
                --   psql -d indico -1 -v ON_ERROR_STOP=1 -f role.sql
                -- It skips what this Indico does not have, such as the tables of a plugin. Run it again after you install one.
                -- The command grants of indico-metrics-exporter prints it for your settings.
                """.formatted(required.functions().isEmpty() ? "" : ", call the functions at the end,") + note;
    }

    private String columns() {
        String wanted = wanted().entrySet().stream()
                .map(table -> "            ('" + table.getKey() + "', '" + String.join(", ", table.getValue()) + "')")
                .collect(joining(",\n"));
        String schema = required.functions().isEmpty() ? "" : """
                    IF to_regnamespace('%1$s') IS NULL THEN
                        CREATE SCHEMA %1$s;
                    END IF;
                    EXECUTE format('GRANT USAGE ON SCHEMA %1$s TO %%I', login);
                """.formatted(DerivedRows.SCHEMA);
        return """
                DO $$
                DECLARE
                    login constant name := %s;
                    readable record;
                BEGIN
                    IF to_regclass('events.events') IS NULL THEN
                        RAISE EXCEPTION 'database "%%" is not Indico''s: it has no table events.events', current_database()
                            USING HINT = 'Name Indico''s database: psql -d DATABASE';
                    END IF;
                    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
                        EXECUTE format('CREATE ROLE %%I LOGIN CONNECTION LIMIT 6', login);
                    END IF;
                    EXECUTE format('GRANT CONNECT ON DATABASE %%I TO %%I', current_database(), login);
                    -- Where no column is named, the first one is enough to count rows.
                    FOR readable IN
                        SELECT relnamespace::regnamespace AS schema, attrelid::regclass AS relation,
                               string_agg(quote_ident(attname), ', ' ORDER BY attname) AS columns
                        FROM (VALUES
                %s
                        ) AS wanted (relation, columns)
                        JOIN pg_attribute ON attrelid = to_regclass(wanted.relation) AND NOT attisdropped
                            AND (attname = ANY (string_to_array(wanted.columns, ', ')) OR wanted.columns = '' AND attnum = 1)
                        JOIN pg_class ON pg_class.oid = attrelid
                        GROUP BY relnamespace, attrelid
                    LOOP
                        EXECUTE format('GRANT USAGE ON SCHEMA %%s TO %%I', readable.schema, login);
                        EXECUTE format('GRANT SELECT (%%s) ON %%s TO %%I', readable.columns, readable.relation, login);
                    END LOOP;
                %sEND
                $$;
                """.formatted(literal(role), wanted, schema);
    }

    /** The columns by table, with those of the revisions. */
    private SortedMap<String, SortedSet<String>> wanted() {
        SortedMap<String, SortedSet<String>> wanted = new TreeMap<>();
        wanted.put(VERSIONS, new TreeSet<>(Set.of("version_num")));
        required.columns().forEach((relation, columns) -> {
            wanted.put(relation.toString(), columns);
            if (relation.schema().startsWith(PLUGIN)) {
                wanted.put(VERSIONS + "_" + relation.schema(), new TreeSet<>(Set.of("version_num")));
            }
        });
        return wanted;
    }

    private String functions() {
        Collection<ReadFunction> functions = required.functions().values();
        String signatures =
                functions.stream().map(function -> function.rows().signature()).collect(joining(",\n    "));
        return """

                -- These functions read columns with contents, and return no contents. Nobody else may call them.
                -- The next line allows a function that reads a column which this Indico does not have. Nothing calls it then.
                SET check_function_bodies = off;

                %1$s
                RESET check_function_bodies;
                REVOKE ALL ON FUNCTION
                    %2$s
                FROM PUBLIC;
                GRANT EXECUTE ON FUNCTION
                    %2$s
                TO %3$s;
                """.formatted(
                functions.stream()
                        .map(function -> reads(function) + function.rows().definition())
                        .collect(joining("\n")),
                signatures,
                '"' + role.replace("\"", "\"\"") + '"');
    }

    private static String reads(ReadFunction function) {
        return function.columns().entrySet().stream()
                .map(table -> "-- It reads " + table.getKey() + " (" + String.join(", ", table.getValue()) + ").\n")
                .collect(joining());
    }

    /** A dollar could end the quotation around the block. */
    private static String literal(String text) {
        return "'" + text.replace("'", "''").replace("$", "' || chr(36) || '") + "'";
    }
}
