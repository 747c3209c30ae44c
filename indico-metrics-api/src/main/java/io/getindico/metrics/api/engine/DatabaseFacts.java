package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.CollectorState.Failure;
import io.getindico.metrics.api.engine.Requirements.Relation;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the catalog told: tables, columns, rights, and the Alembic revision of each component. */
record DatabaseFacts(Map<Relation, TableFacts> tables, SortedMap<String, String> revisions) {
    /** A database that has these is taken for Indico's. */
    static final List<Relation> MARKS_OF_INDICO = List.of(
            new Relation("public", "alembic_version"),
            new Relation("categories", "categories"),
            new Relation("events", "events"));

    /**
     * One table, or what stands in its place.
     *
     * @param columns whether each may be read
     * @param kind as in {@code pg_class.relkind}
     * @param isRowSecurityActive whether row-level security applies to the login
     */
    record TableFacts(Map<String, Boolean> columns, String kind, boolean isRowSecurityActive) {
        boolean isReadable() {
            return columns.containsValue(true);
        }

        /** What else than a table it is, of which nobody can tell whether it shows all rows. */
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

    /** Why a collector could read, but perhaps a part only. */
    @Nullable
    Failure hiddenRows(Requirements requirements) {
        String hidden = requirements.columns().keySet().stream()
                .filter(relation -> {
                    TableFacts table = tables.get(relation);
                    return table != null && table.isRowSecurityActive();
                })
                .map(Relation::toString)
                .collect(Collectors.joining(", "));
        return hidden.isEmpty()
                ? null
                : new Failure(
                        FailureReason.PRIVILEGE,
                        "row-level security applies to the login on " + hidden + ", so that it may see only some of"
                                + " the rows; a superuser can exempt the login: ALTER ROLE ... BYPASSRLS");
    }

    private static Skip unreadable(String what) {
        return new Skip(SkipReason.PRIVILEGE_MISSING, "the login may not read " + what);
    }
}
