package io.getindico.metrics.exporter.commands;

import static java.util.stream.Collectors.joining;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.api.engine.Status;
import io.getindico.metrics.exporter.settings.NameList;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the login may not read or call, and what an administrator can do about it. */
final class MissingRights {
    private MissingRights() {}

    static List<String> lines(Status status, Settings settings) {
        List<CollectorStatus.Query> queries = status.collectors().stream()
                .flatMap(collector -> collector.queries().stream())
                .filter(query -> query.skipReason() == SkipReason.PRIVILEGE_MISSING)
                .toList();
        List<String> lines = new ArrayList<>();
        List<String> grants = grants(queries, quoted(settings.databaseUser()));
        if (!grants.isEmpty()) {
            lines.add("Rights are missing. Run as a superuser or as the owner of the tables:");
            grants.forEach(grant -> lines.add("  " + grant));
        }
        Set<String> families = families(queries);
        if (!families.isEmpty()) {
            families.addAll(NameList.of(settings.options().excludeFamilies));
            lines.add("Functions are missing. Create them with the SQL that the command grants prints, or set:");
            lines.add("  " + Options.EXCLUDE_FAMILIES + ": " + String.join(",", families));
        }
        return lines;
    }

    private static Set<String> families(List<CollectorStatus.Query> queries) {
        Set<String> families = new TreeSet<>();
        queries.stream()
                .filter(query -> !query.missingFunctions().isEmpty())
                .flatMap(query -> query.families().stream())
                .map(MetricFamily::name)
                .forEach(families::add);
        return families;
    }

    private static List<String> grants(List<CollectorStatus.Query> queries, String role) {
        SortedMap<String, SortedSet<String>> lacking = new TreeMap<>();
        queries.forEach(query -> query.missingColumns()
                .forEach((table, names) ->
                        lacking.computeIfAbsent(table, key -> new TreeSet<>()).addAll(names)));
        SortedSet<String> schemas = new TreeSet<>();
        lacking.keySet().forEach(table -> schemas.add(table.substring(0, table.indexOf('.'))));
        List<String> lines = new ArrayList<>();
        schemas.forEach(schema -> lines.add("GRANT USAGE ON SCHEMA " + quoted(schema) + " TO " + role + ";"));
        for (Map.Entry<String, SortedSet<String>> entry : lacking.entrySet()) {
            int dot = entry.getKey().indexOf('.');
            String table = quoted(entry.getKey().substring(0, dot)) + "."
                    + quoted(entry.getKey().substring(dot + 1));
            String columns = entry.getValue().isEmpty()
                    ? ""
                    : entry.getValue().stream().map(MissingRights::quoted).collect(joining(", ", " (", ")"));
            lines.add("GRANT SELECT" + columns + " ON " + table + " TO " + role + ";");
        }
        return lines;
    }

    /** Quotes a name only where needed, like PostgreSQL's quote_ident. */
    private static String quoted(String name) {
        return name.matches("[a-z_][a-z0-9_]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
}
