package io.getindico.metrics.exporter;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.testing.GoldenFile;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The rights that an operator is told to grant are the columns that the collectors read, and no more. */
final class RoleScriptTest {
    private static final String HEAD = """
            -- The role that indico-metrics logs in as. It may read the columns that the collectors read, and nothing else.
            -- Made from the collectors' queries; ./mvnw verify -Dgolden.update=true writes it anew.
            CREATE ROLE indico_metrics LOGIN CONNECTION LIMIT 6;
            GRANT CONNECT ON DATABASE indico TO indico_metrics;
            """;

    @Test
    void itGrantsWhatTheCollectorsRead() throws IOException {
        SortedMap<String, SortedSet<String>> columns = columns();
        String text = HEAD
                + grants(columns, table -> !isOfPlugin(table))
                + "GRANT SELECT ON public.alembic_version TO indico_metrics;\n"
                + "-- Where the livesync plugin is installed:\n"
                + grants(columns, RoleScriptTest::isOfPlugin)
                + "GRANT SELECT ON public.alembic_version_plugin_livesync TO indico_metrics;\n";

        GoldenFile.verify(new DeployFile("role.sql").path(), text);
    }

    private static SortedMap<String, SortedSet<String>> columns() {
        SortedMap<String, SortedSet<String>> columns = new TreeMap<>();
        Settings settings = Settings.of(Map.of("database.url", "postgresql://nobody@127.0.0.1:9/nothing"));
        try (MetricsAssembly assembly = MetricsAssembly.of(settings)) {
            for (CollectorStatus collector : assembly.metrics().status().collectors()) {
                collector
                        .columns()
                        .forEach((table, names) -> columns.computeIfAbsent(table, name -> new TreeSet<>())
                                .addAll(names));
            }
        }
        return columns;
    }

    private static boolean isOfPlugin(String table) {
        return table.startsWith("plugin_");
    }

    private static String grants(SortedMap<String, SortedSet<String>> columns, Predicate<String> which) {
        String schemas = columns.keySet().stream()
                .filter(which)
                .map(table -> table.substring(0, table.indexOf('.')))
                .distinct()
                .collect(Collectors.joining(", "));
        return "GRANT USAGE ON SCHEMA " + schemas + " TO indico_metrics;\n"
                + columns.entrySet().stream()
                        .filter(entry -> which.test(entry.getKey()))
                        .map(entry -> "GRANT SELECT (" + String.join(", ", entry.getValue()) + ") ON " + entry.getKey()
                                + " TO indico_metrics;\n")
                        .collect(Collectors.joining());
    }
}
