import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Converts the facts of each release into a script that creates its tables, and a list of its revisions. */
final class GenerateDdl {
    private static final String EXTENSIONS = """
            -- Indico has them; no table needs them, so a server that lacks them will do.
            DO $$
            DECLARE extension text;
            BEGIN
              FOR extension IN SELECT name FROM pg_available_extensions WHERE name IN ('pg_trgm', 'unaccent') LOOP
                EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I', extension);
              END LOOP;
            END $$;
            """;

    public static void main(String[] args) throws IOException {
        Path schema = Path.of(args[0]);
        Path target = Files.createDirectories(Path.of(args[1]));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(schema, "*.json")) {
            for (Path file : files) {
                JsonNode facts = new ObjectMapper().readTree(file.toFile());
                String release = file.getFileName().toString().replace(".json", "");
                Files.writeString(target.resolve(release + ".sql"), ddl(facts.get("tables")));
                Files.writeString(target.resolve(release + ".properties"), revisions(facts.get("alembic")));
            }
        }
    }

    private static String revisions(JsonNode alembic) {
        return alembic.properties().stream()
                .map(table -> table.getKey() + "=" + table.getValue().asText() + "\n")
                .collect(joining());
    }

    private static String ddl(JsonNode tables) {
        var schemas = new TreeSet<String>();
        var creates = new ArrayList<String>();
        var indexes = new ArrayList<String>();
        var foreignKeys = new ArrayList<String>();
        for (Map.Entry<String, JsonNode> entry : tables.properties()) {
            String[] name = entry.getKey().split("\\.");
            JsonNode table = entry.getValue();
            schemas.add("CREATE SCHEMA IF NOT EXISTS %s;\n".formatted(quoted(name[0])));
            creates.add(create(entry.getKey(), name[1], table));
            indexes.addAll(indexes(entry.getKey(), table));
            foreignKeys.addAll(foreignKeys(entry.getKey(), table));
        }
        // Foreign keys form cycles, so they are created after all tables.
        return Stream.of(schemas, creates, indexes, foreignKeys)
                .map(statements -> String.join("", statements))
                .collect(joining("\n", EXTENSIONS + "\n", ""));
    }

    private static String create(String qualifiedName, String name, JsonNode table) {
        Stream<String> columns = stream(table.get("columns")).map(GenerateDdl::column);
        Stream<String> primaryKey = Stream.of(
                "CONSTRAINT %s PRIMARY KEY (%s)".formatted(quoted("pk_" + name), columns(table.get("primary_key"))));
        Stream<String> uniques = stream(table.path("unique"))
                .map(key ->
                        "CONSTRAINT %s UNIQUE (%s)".formatted(quoted(key.get("name")), columns(key.get("columns"))));
        Stream<String> enums = table.path("enums").properties().stream()
                .map(column -> "CONSTRAINT %s CHECK (%s = ANY (ARRAY[%s]))"
                        .formatted(
                                quoted("ck_%s_valid_enum_%s".formatted(name, column.getKey())),
                                quoted(column.getKey()),
                                stream(column.getValue()).map(JsonNode::asText).collect(joining(", "))));
        return Stream.of(columns, primaryKey, uniques, enums)
                .flatMap(parts -> parts)
                .collect(joining(",\n  ", "CREATE TABLE %s (\n  ".formatted(quoted(qualifiedName)), "\n);\n"));
    }

    private static String column(JsonNode column) {
        String type = column.path("sequence").asBoolean()
                ? "serial"
                : column.get("type").asText();
        return quoted(column.get("name")) + " " + type + (column.get("nullable").asBoolean() ? "" : " NOT NULL");
    }

    private static List<String> indexes(String table, JsonNode facts) {
        // A unique constraint creates its own index.
        var constraints = stream(facts.path("unique"))
                .map(key -> key.get("name").asText())
                .collect(Collectors.toSet());
        var columns = stream(facts.get("columns"))
                .map(column -> column.get("name").asText())
                .collect(Collectors.toSet());
        return stream(facts.path("indexes"))
                .filter(index -> !constraints.contains(index.get("name").asText()))
                .map(index -> "CREATE %s %s ON %s (%s)%s;\n"
                        .formatted(
                                index.path("unique").asBoolean() ? "UNIQUE INDEX" : "INDEX",
                                quoted(index.get("name")),
                                quoted(table),
                                stream(index.get("columns"))
                                        .map(JsonNode::asText)
                                        .map(part -> columns.contains(part) ? quoted(part) : part)
                                        .collect(joining(", ")),
                                index.has("where")
                                        ? " WHERE " + index.get("where").asText()
                                        : ""))
                .toList();
    }

    private static List<String> foreignKeys(String table, JsonNode facts) {
        return stream(facts.path("foreign_keys"))
                .map(key -> "ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s);\n"
                        .formatted(
                                quoted(table),
                                quoted(key.get("name")),
                                columns(key.get("columns")),
                                quoted(key.get("references").asText()),
                                columns(key.get("referenced_columns"))))
                .toList();
    }

    private static String columns(JsonNode names) {
        return stream(names).map(GenerateDdl::quoted).collect(joining(", "));
    }

    private static String quoted(JsonNode name) {
        return quoted(name.asText());
    }

    /** Quotes each part of a possibly qualified name. */
    private static String quoted(String name) {
        return '"' + name.replace(".", "\".\"") + '"';
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
