package io.getindico.metrics.exporter.commands;

import static java.util.stream.Collectors.joining;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.api.engine.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The statements that grant the login the missing privileges. */
final class Grants {
    private Grants() {}

    static List<String> lines(Status status, String user) {
        SortedMap<String, SortedSet<String>> lacking = new TreeMap<>();
        status.collectors().stream()
                .flatMap(collector -> collector.queries().stream())
                .filter(query -> query.skipReason() == SkipReason.PRIVILEGE_MISSING)
                .map(CollectorStatus.Query::missingColumns)
                .forEach(columns -> columns.forEach((table, names) ->
                        lacking.computeIfAbsent(table, key -> new TreeSet<>()).addAll(names)));
        SortedSet<String> schemas = new TreeSet<>();
        lacking.keySet().forEach(table -> schemas.add(table.substring(0, table.indexOf('.'))));
        List<String> lines = new ArrayList<>();
        String role = quoted(user);
        schemas.forEach(schema -> lines.add("GRANT USAGE ON SCHEMA " + quoted(schema) + " TO " + role + ";"));
        for (Map.Entry<String, SortedSet<String>> entry : lacking.entrySet()) {
            int dot = entry.getKey().indexOf('.');
            String table = quoted(entry.getKey().substring(0, dot)) + "."
                    + quoted(entry.getKey().substring(dot + 1));
            String columns = entry.getValue().isEmpty()
                    ? ""
                    : entry.getValue().stream().map(Grants::quoted).collect(joining(", ", " (", ")"));
            lines.add("GRANT SELECT" + columns + " ON " + table + " TO " + role + ";");
        }
        return lines;
    }

    /** Quotes a name only where needed, like PostgreSQL's quote_ident. */
    private static String quoted(String name) {
        return name.matches("[a-z_][a-z0-9_]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
}
