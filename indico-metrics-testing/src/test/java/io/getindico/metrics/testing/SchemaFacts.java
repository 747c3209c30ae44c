package io.getindico.metrics.testing;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.getindico.metrics.jooq.IndicoRelease;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The facts of a release's schema, one line for each, in the format of {@code catalog.sql}. */
final class SchemaFacts {
    private final Set<String> lines = new TreeSet<>();

    private SchemaFacts(JsonNode tables) {
        for (Map.Entry<String, JsonNode> entry : tables.properties()) {
            addTable(entry.getKey(), entry.getValue());
        }
    }

    static Set<String> of(IndicoRelease release) throws IOException {
        Path file = Path.of("../indico-metrics-jooq-codegen/src/main/schema/indico-" + release.version() + ".json");
        return new SchemaFacts(new ObjectMapper().readTree(file.toFile()).get("tables")).lines;
    }

    private void addTable(String table, JsonNode facts) {
        int position = 1;
        for (JsonNode column : facts.get("columns")) {
            String notNull = column.get("nullable").asBoolean() ? "" : " not null";
            String serial = column.path("sequence").asBoolean() ? " serial" : "";
            add(table, "column", position++ + "", text(column, "name"), text(column, "type") + notNull + serial);
        }
        add(table, "primary key", list(facts.get("primary_key")));
        for (JsonNode key : facts.path("unique")) {
            add(table, "unique", text(key, "name"), list(key.get("columns")));
        }
        for (JsonNode key : facts.path("foreign_keys")) {
            String referenced = text(key, "references") + " " + list(key.get("referenced_columns"));
            add(table, "foreign key", text(key, "name"), list(key.get("columns")), "to", referenced);
        }
        for (JsonNode index : facts.path("indexes")) {
            String unique = index.path("unique").asBoolean() ? " unique" : "";
            String where = index.has("where") ? " where " + text(index, "where") : "";
            add(table, "index", text(index, "name"), list(index.get("columns")) + unique + where);
        }
        facts.path("enums")
                .properties()
                .forEach(column -> add(table, "enum", column.getKey(), list(column.getValue())));
    }

    private void add(String... words) {
        lines.add(String.join(" ", words));
    }

    private static String text(JsonNode node, String name) {
        return node.get(name).asText();
    }

    private static String list(JsonNode array) {
        Stream<JsonNode> elements = StreamSupport.stream(array.spliterator(), false);
        return elements.map(JsonNode::asText).collect(joining(", ", "(", ")"));
    }
}
