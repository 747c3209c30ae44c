package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.Requirements.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the catalog told: tables, columns, rights, and the Alembic revision of each component. */
record DatabaseFacts(Map<Relation, TableFacts> tables, SortedMap<String, String> revisions, boolean superuser) {
    /** A database that has these is taken for Indico's. */
    static final List<Relation> MARKS_OF_INDICO = List.of(
            new Relation("public", "alembic_version"),
            new Relation("categories", "categories"),
            new Relation("events", "events"));

    /** Columns, and whether each may be read; whether the login owns the table or may write to it. */
    record TableFacts(Map<String, Boolean> columns, boolean owned, boolean writable) {
        boolean isReadable() {
            return columns.containsValue(true);
        }
    }

    /** Why a collector cannot run, for the label and for people. */
    record Skip(SkipReason reason, String detail) {}

    boolean isIndico() {
        return tables.keySet().containsAll(MARKS_OF_INDICO);
    }

    String missingMarks() {
        return "looked for the tables "
                + MARKS_OF_INDICO.stream().map(Relation::toString).collect(Collectors.joining(", "))
                + " and did not find "
                + MARKS_OF_INDICO.stream()
                        .filter(mark -> !tables.containsKey(mark))
                        .map(Relation::toString)
                        .collect(Collectors.joining(", "));
    }

    @Nullable
    Skip skip(Requirements requirements) {
        for (Map.Entry<Relation, SortedSet<String>> entry :
                requirements.columns().entrySet()) {
            Skip skip = skip(entry.getKey(), entry.getValue());
            if (skip != null) {
                return skip;
            }
        }
        return null;
    }

    private @Nullable Skip skip(Relation relation, SortedSet<String> required) {
        TableFacts table = tables.get(relation);
        if (table == null) {
            return relation.schema().startsWith("plugin_")
                    ? new Skip(SkipReason.PLUGIN_ABSENT, "table " + relation + " is not there")
                    : new Skip(SkipReason.TABLE_MISSING, "table " + relation + " is missing");
        }
        for (String column : required) {
            if (!table.columns().containsKey(column)) {
                return new Skip(SkipReason.COLUMN_MISSING, "column " + relation + "." + column + " is missing");
            }
        }
        for (String column : required) {
            if (Boolean.FALSE.equals(table.columns().get(column))) {
                return unreadable("column " + relation + "." + column);
            }
        }
        return table.isReadable() ? null : unreadable("table " + relation);
    }

    private static Skip unreadable(String what) {
        return new Skip(SkipReason.PRIVILEGE_MISSING, "the login may not read " + what);
    }

    /** What a login that only reads should not be able to do. */
    List<String> loginWarnings() {
        if (superuser) {
            return List.of("the login is a superuser");
        }
        List<String> warnings = new ArrayList<>();
        warn(warnings, "the login owns ", names(true));
        warn(warnings, "the login may write to ", names(false));
        return warnings;
    }

    private List<String> names(boolean owned) {
        return tables.entrySet().stream()
                .filter(entry ->
                        owned ? entry.getValue().owned() : entry.getValue().writable())
                .map(entry -> entry.getKey().toString())
                .sorted()
                .toList();
    }

    private static void warn(List<String> warnings, String what, List<String> tables) {
        if (!tables.isEmpty()) {
            warnings.add(what + tables.get(0) + (tables.size() == 1 ? "" : " and " + (tables.size() - 1) + " more"));
        }
    }
}
