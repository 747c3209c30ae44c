package io.getindico.metrics.jooq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The facts of a release as the sources state them. */
record Facts(JsonNode root) {
    static Facts of(IndicoRelease release) {
        try {
            return new Facts(new ObjectMapper()
                    .readTree(Path.of("src/main/schema", "indico-%s.json".formatted(release.version()))
                            .toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, String> revisions() {
        var revisions = new TreeMap<String, String>();
        root.get("alembic")
                .properties()
                .forEach(table -> revisions.put(table.getKey(), table.getValue().asText()));
        return revisions;
    }

    Set<String> tables() {
        var tables = new TreeSet<String>();
        root.get("tables").fieldNames().forEachRemaining(tables::add);
        return tables;
    }

    List<String> columns(String table) {
        return elements(facts(table).get("columns"))
                .map(column -> column.get("name").asText())
                .toList();
    }

    /** Returns the columns that hold an enum, as the database checks their codes. */
    Set<String> enumColumns() {
        var columns = new TreeSet<String>();
        for (String table : tables()) {
            facts(table).path("enums").fieldNames().forEachRemaining(column -> columns.add(table + "." + column));
        }
        return columns;
    }

    /** Returns the codes that the database allows in a column, or none where this release has no such column. */
    List<Short> codes(String qualifiedColumn) {
        int dot = qualifiedColumn.lastIndexOf('.');
        JsonNode enums = facts(qualifiedColumn.substring(0, dot)).path("enums");
        return elements(enums.path(qualifiedColumn.substring(dot + 1)))
                .map(JsonNode::shortValue)
                .toList();
    }

    long count(String kind) {
        return tables().stream()
                .mapToInt(table -> facts(table).path(kind).size())
                .sum();
    }

    private JsonNode facts(String table) {
        return root.get("tables").path(table);
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
