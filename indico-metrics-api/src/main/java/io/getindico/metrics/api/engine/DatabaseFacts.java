package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.joining;

import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.engine.Requirements.ReadFunction;
import io.getindico.metrics.api.engine.Requirements.Relation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What the system catalog contains: tables, columns, privileges, and the Alembic revision of each component.
 *
 * @param callable the names of the functions for derived rows that the login may call
 */
record DatabaseFacts(Map<Relation, TableFacts> tables, Set<String> callable, SortedMap<String, String> revisions) {
    /** The tables that identify an Indico database. */
    static final List<Relation> INDICO_TABLES = List.of(
            new Relation("public", "alembic_version"),
            new Relation("categories", "categories"),
            new Relation("events", "events"));

    private static final String PLUGIN_SCHEMAS = "plugin_";

    /**
     * One table, or a view or foreign table in its place.
     *
     * @param columns whether the login may read each column, by name
     * @param kind as in {@code pg_class.relkind}
     * @param isRowSecurityActive whether row-level security applies to the login
     */
    record TableFacts(Map<String, Boolean> columns, String kind, boolean isRowSecurityActive) {
        boolean isReadable() {
            return columns.containsValue(true);
        }

        /** Returns a warning if this is not a real table, because it may then not show all rows. */
        @Nullable
        String warning() {
            return switch (kind) {
                case "v" -> "is a view, not a table: rows that it leaves out are not counted";
                case "m" -> "is a materialized view, not a table: it is as old as its last refresh";
                case "f" -> "is a foreign table: rows that the other server hides are not counted";
                default -> null;
            };
        }
    }

    /**
     * Why a query cannot run: a reason for the label, and a sentence for people.
     *
     * @param columns the columns that are missing or may not be read, by table; empty for a table that is missing, or
     *     of which no column may be read
     * @param functions the names of the functions that the login may not call and whose columns it may not read either
     */
    record Skip(
            SkipReason reason,
            String detail,
            SortedMap<Relation, SortedSet<String>> columns,
            SortedSet<String> functions) {
        Skip(SkipReason reason, String detail, SortedMap<Relation, SortedSet<String>> columns) {
            this(reason, detail, columns, Collections.emptySortedSet());
        }
    }

    boolean isIndico() {
        return tables.keySet().containsAll(INDICO_TABLES);
    }

    String whyNotIndico() {
        return "looked for the tables "
                + INDICO_TABLES.stream().map(Relation::toString).collect(joining(", "))
                + " and did not find "
                + INDICO_TABLES.stream()
                        .filter(table -> !tables.containsKey(table))
                        .map(Relation::toString)
                        .collect(joining(", "));
    }

    @Nullable
    Skip skip(RegisteredQuery query) {
        String since = query.since();
        if (since != null && Releases.isBefore(revisions, since)) {
            String release = Releases.of(revisions);
            String detail = "needs Indico " + since + ", but this is " + release;
            return new Skip(SkipReason.RELEASE, detail, Collections.emptySortedMap());
        }
        Requirements required = query.requirements();
        SortedMap<Relation, SortedSet<String>> all = required.allColumns();
        List<Relation> missing = all.keySet().stream()
                .filter(relation -> !tables.containsKey(relation))
                .toList();
        if (!missing.isEmpty()) {
            return missing(missing);
        }
        SortedMap<Relation, SortedSet<String>> lacking =
                columns(all, (relation, column) -> !facts(relation).columns().containsKey(column));
        if (!lacking.isEmpty()) {
            return new Skip(SkipReason.COLUMN_MISSING, names(lacking) + " missing", lacking);
        }
        SortedMap<Relation, SortedSet<String>> unreadable = unreadable(required.columns());
        SortedSet<String> uncallable = new TreeSet<>();
        notCalled(required).stream()
                .filter(function -> !unreadable(function.columns()).isEmpty())
                .forEach(function -> uncallable.add(function.rows().name()));
        if (unreadable.isEmpty() && uncallable.isEmpty()) {
            return null;
        }
        List<String> rights = new ArrayList<>();
        if (!unreadable.isEmpty()) {
            rights.add("read " + names(unreadable, ""));
        }
        uncallable.forEach(name -> rights.add("call function " + DerivedRows.SCHEMA + "." + name));
        String detail = "the login may not " + String.join(" and may not ", rights);
        return new Skip(SkipReason.PRIVILEGE_MISSING, detail, unreadable, uncallable);
    }

    private SortedMap<Relation, SortedSet<String>> unreadable(SortedMap<Relation, SortedSet<String>> required) {
        SortedMap<Relation, SortedSet<String>> unreadable = columns(
                required,
                (relation, column) ->
                        Boolean.FALSE.equals(facts(relation).columns().get(column)));
        // A query that only counts rows needs the privilege for any one column.
        required.keySet().stream()
                .filter(relation -> !facts(relation).isReadable())
                .forEach(relation -> unreadable.computeIfAbsent(relation, key -> new TreeSet<>()));
        return unreadable;
    }

    private List<ReadFunction> notCalled(Requirements required) {
        return required.functions().values().stream()
                .filter(function -> !callable.contains(function.rows().name()))
                .toList();
    }

    private TableFacts facts(Relation relation) {
        TableFacts facts = tables.get(relation);
        return facts == null ? new TableFacts(Map.of(), "r", false) : facts;
    }

    private static Skip missing(List<Relation> missing) {
        SortedMap<Relation, SortedSet<String>> columns = new TreeMap<>();
        missing.forEach(relation -> columns.put(relation, new TreeSet<>()));
        boolean isOfPlugin =
                missing.stream().allMatch(relation -> relation.schema().startsWith(PLUGIN_SCHEMAS));
        return isOfPlugin
                ? new Skip(
                        SkipReason.PLUGIN_ABSENT,
                        names(columns, missing.size() == 1 ? " does not exist" : " do not exist"),
                        columns)
                : new Skip(SkipReason.TABLE_MISSING, names(columns) + " missing", columns);
    }

    private static SortedMap<Relation, SortedSet<String>> columns(
            SortedMap<Relation, SortedSet<String>> required, BiPredicate<Relation, String> which) {
        SortedMap<Relation, SortedSet<String>> found = new TreeMap<>();
        required.forEach((relation, columns) -> columns.stream()
                .filter(column -> which.test(relation, column))
                .forEach(column ->
                        found.computeIfAbsent(relation, key -> new TreeSet<>()).add(column)));
        return found;
    }

    /** Returns the names with a verb, as in {@code columns a.b.c, a.b.d are}. */
    private static String names(SortedMap<Relation, SortedSet<String>> columns) {
        boolean isOne = columns.size() == 1 && columns.values().stream().allMatch(names -> names.size() <= 1);
        return names(columns, isOne ? " is" : " are");
    }

    private static String names(SortedMap<Relation, SortedSet<String>> columns, String verb) {
        List<String> whole = new ArrayList<>();
        List<String> single = new ArrayList<>();
        columns.forEach((relation, names) -> {
            if (names.isEmpty()) {
                whole.add(relation.toString());
            }
            names.forEach(name -> single.add(relation + "." + name));
        });
        List<String> parts = new ArrayList<>();
        if (!whole.isEmpty()) {
            parts.add((whole.size() == 1 ? "table " : "tables ") + String.join(", ", whole));
        }
        if (!single.isEmpty()) {
            parts.add((single.size() == 1 ? "column " : "columns ") + String.join(", ", single));
        }
        return String.join(" and ", parts) + verb;
    }

    /**
     * Returns a failure if row-level security may hide some rows. What a function reads need not be checked: it reads
     * with the rights of its owner, and if row-level security applies to the owner, PostgreSQL raises an error.
     */
    @Nullable
    Failure hiddenRows(Requirements requirements) {
        String hidden = requirements.columnsWith(notCalled(requirements)).keySet().stream()
                .filter(relation -> {
                    TableFacts table = tables.get(relation);
                    return table != null && table.isRowSecurityActive();
                })
                .map(Relation::toString)
                .collect(joining(", "));
        return hidden.isEmpty()
                ? null
                : new Failure(
                        FailureReason.PRIVILEGE,
                        "row-level security applies to the login on " + hidden + ", so it may see only some of"
                                + " the rows; a superuser can exempt the login: ALTER ROLE ... BYPASSRLS");
    }
}
