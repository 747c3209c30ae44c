import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jooq.Constants;
import org.jooq.codegen.DefaultGeneratorStrategy;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.Definition;
import org.jooq.meta.SchemaDefinition;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.ForcedType;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.GeneratedAnnotationType;
import org.jooq.meta.jaxb.GeneratedSerialVersionUID;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.LambdaConverter;
import org.jooq.meta.jaxb.Logging;
import org.jooq.meta.jaxb.Property;
import org.jooq.meta.jaxb.Strategy;
import org.jooq.meta.jaxb.Target;
import org.jooq.meta.xml.XMLDatabase;
import org.jooq.util.jaxb.tools.MiniJAXB;
import org.jooq.util.xml.jaxb.Column;
import org.jooq.util.xml.jaxb.InformationSchema;
import org.jooq.util.xml.jaxb.KeyColumnUsage;
import org.jooq.util.xml.jaxb.ReferentialConstraint;
import org.jooq.util.xml.jaxb.Schema;
import org.jooq.util.xml.jaxb.Table;
import org.jooq.util.xml.jaxb.TableConstraint;
import org.jooq.util.xml.jaxb.TableConstraintType;

/** Generates the jOOQ classes from the facts of one release, without a database. */
final class GenerateJooq {
    private static final String PACKAGE = "io.getindico.metrics.jooq";

    /** Room booking stores wall-clock times of its zone; all other times are UTC. */
    private static final String LOCAL_TIMES =
            "roombooking\\.(reservations|reservation_occurrences|room_nonbookable_periods)\\.(start|end)_dt";

    public static void main(String[] args) throws Exception {
        Path facts = Path.of(args[0]);
        Path sources = Path.of(args[1]);
        Path enumsOfColumns = Path.of(args[3]);
        Path stamp = sources.resolveSibling("jooq.stamp");
        // The generated code depends on the JDK.
        String inputs = Constants.FULL_VERSION
                + Runtime.version().feature()
                + Files.readString(Path.of(args[2]))
                + Files.readString(facts)
                + Files.readString(enumsOfColumns);
        if (Files.exists(stamp) && Files.readString(stamp).equals(inputs)) {
            return;
        }
        Path catalog = Files.createDirectories(sources.getParent()).resolve("jooq.xml");
        Files.writeString(
                catalog, MiniJAXB.marshal(new FactsSchema(new ObjectMapper().readTree(facts.toFile())).build()));
        var tool = new GenerationTool();
        tool.setClassLoader(GenerateJooq.class.getClassLoader());
        tool.run(configuration(catalog, sources, forcedTypes(enumsOfColumns)));
        Files.writeString(stamp, inputs);
    }

    private static Configuration configuration(Path catalog, Path sources, List<ForcedType> forcedTypes) {
        return new Configuration()
                .withLogging(Logging.WARN)
                .withGenerator(new Generator()
                        .withStrategy(new Strategy().withName(Names.class.getName()))
                        .withDatabase(new Database()
                                .withName(XMLDatabase.class.getName())
                                .withProperties(
                                        new Property().withKey("dialect").withValue("POSTGRES"),
                                        new Property().withKey("xmlFile").withValue(catalog.toString()))
                                .withForcedTypes(forcedTypes))
                        .withGenerate(new Generate()
                                .withRecords(false)
                                .withComments(false)
                                .withJavadoc(false)
                                .withGlobalTableReferences(false)
                                .withImplicitJoinPathsToOne(false)
                                .withImplicitJoinPathsToMany(false)
                                .withWhereMethodOverrides(false)
                                .withRenameMethodOverrides(false)
                                .withDeprecationOnUnknownTypes(false)
                                // Without it, javac's "serial" lint warns about every table.
                                .withGeneratedSerialVersionUID(GeneratedSerialVersionUID.CONSTANT)
                                // Error Prone ignores classes with this annotation.
                                .withGeneratedAnnotation(true)
                                .withGeneratedAnnotationType(
                                        GeneratedAnnotationType.JAVAX_ANNOTATION_PROCESSING_GENERATED))
                        .withTarget(new Target().withPackageName(PACKAGE).withDirectory(sources.toString())));
    }

    private static List<ForcedType> forcedTypes(Path enumsOfColumns) throws IOException {
        var instants = new ForcedType()
                .withUserType("java.time.Instant")
                .withConverter(PACKAGE + ".UtcConverter")
                .withIncludeTypes("timestamp.*")
                .withExcludeExpression(LOCAL_TIMES);
        Stream<ForcedType> enums = Files.readAllLines(enumsOfColumns).stream().map(line -> {
            String[] columnAndEnum = line.split("=");
            String type = PACKAGE + ".enums." + columnAndEnum[1];
            return new ForcedType()
                    .withUserType(type)
                    .withLambdaConverter(
                            new LambdaConverter().withFrom(type + "::ofCode").withTo(type + "::code"))
                    .withIncludeExpression(Pattern.quote(columnAndEnum[0]));
        });
        return Stream.concat(Stream.of(instants), enums).toList();
    }

    /**
     * Lets a schema and its table share a name, as in {@code events.tables.Events.EVENTS}. By default jOOQ would call
     * the table {@code EVENTS_}.
     */
    public static final class Names extends DefaultGeneratorStrategy {
        @Override
        public String getJavaClassName(Definition definition, Mode mode) {
            String name = super.getJavaClassName(definition, mode);
            return definition instanceof SchemaDefinition ? name + "Schema" : name;
        }

        @Override
        public String getJavaIdentifier(Definition definition) {
            String name = super.getJavaIdentifier(definition);
            return definition instanceof SchemaDefinition ? name + "_SCHEMA" : name;
        }

        @Override
        public String getJavaPackageName(Definition definition, Mode mode) {
            return super.getJavaPackageName(definition, mode).replaceFirst("_schema(\\.|$)", "$1");
        }
    }

    /** The facts as an SQL information schema, which jOOQ reads instead of a database. */
    private static final class FactsSchema {
        private static final Pattern TYPE =
                Pattern.compile("(?<name>[a-z ]+)(\\((?<length>\\d+)(,(?<scale>\\d+))?\\))?(?<array>\\[])?");

        private final JsonNode tables;
        private final InformationSchema catalog = new InformationSchema();

        FactsSchema(JsonNode facts) {
            tables = facts.get("tables");
        }

        InformationSchema build() {
            var schemas = new TreeSet<String>();
            for (Map.Entry<String, JsonNode> table : tables.properties()) {
                schemas.add(schema(table.getKey()));
                table(table.getKey(), table.getValue());
            }
            schemas.forEach(schema -> catalog.getSchemata().add(new Schema().withSchemaName(schema)));
            return catalog;
        }

        private void table(String table, JsonNode facts) {
            catalog.getTables().add(new Table().withTableSchema(schema(table)).withTableName(name(table)));
            int position = 0;
            for (JsonNode column : facts.get("columns")) {
                catalog.getColumns().add(column(table, column).withOrdinalPosition(++position));
            }
            key(table, primaryKey(table), TableConstraintType.PRIMARY_KEY, texts(facts.get("primary_key")));
            for (JsonNode key : facts.path("unique")) {
                key(table, text(key, "name"), TableConstraintType.UNIQUE, texts(key.get("columns")));
            }
            for (JsonNode key : facts.path("foreign_keys")) {
                foreignKey(table, key);
            }
        }

        private static Column column(String table, JsonNode facts) {
            Matcher type = TYPE.matcher(text(facts, "type"));
            if (!type.matches()) {
                throw new IllegalArgumentException("unknown form of a column type: " + facts + " of " + table);
            }
            // jOOQ writes "text[]" as "text array".
            Column column = new Column()
                    .withTableSchema(schema(table))
                    .withTableName(name(table))
                    .withColumnName(text(facts, "name"))
                    .withDataType(type.group("name") + (type.group("array") == null ? "" : " array"))
                    .withIsNullable(facts.get("nullable").asBoolean());
            if (facts.path("sequence").asBoolean()) {
                column.setIdentityGeneration("BY DEFAULT");
            }
            if (type.group("scale") != null) {
                column.setNumericPrecision(Integer.valueOf(type.group("length")));
                column.setNumericScale(Integer.valueOf(type.group("scale")));
            } else if (type.group("length") != null) {
                column.setCharacterMaximumLength(Integer.valueOf(type.group("length")));
            } else if (type.group("name").startsWith("time")) {
                // Without it, bound values would lose their fractions of a second.
                column.setNumericPrecision(6);
            }
            return column;
        }

        private void key(String table, String name, TableConstraintType type, List<String> columns) {
            catalog.getTableConstraints()
                    .add(new TableConstraint()
                            .withConstraintSchema(schema(table))
                            .withConstraintName(name)
                            .withConstraintType(type)
                            .withTableSchema(schema(table))
                            .withTableName(name(table)));
            for (int i = 0; i < columns.size(); i++) {
                catalog.getKeyColumnUsages()
                        .add(new KeyColumnUsage()
                                .withConstraintSchema(schema(table))
                                .withConstraintName(name)
                                .withTableSchema(schema(table))
                                .withTableName(name(table))
                                .withColumnName(columns.get(i))
                                .withOrdinalPosition(i + 1));
            }
        }

        /** jOOQ pairs the columns of two keys by position, so this puts them in the order of the referenced key. */
        private void foreignKey(String table, JsonNode facts) {
            String referenced = text(facts, "references");
            List<String> columns = texts(facts.get("columns"));
            List<String> referencedColumns = texts(facts.get("referenced_columns"));
            Map.Entry<String, List<String>> target = keys(referenced)
                    .filter(key -> Set.copyOf(key.getValue()).equals(Set.copyOf(referencedColumns)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no key for " + facts + " of " + table));
            catalog.getReferentialConstraints()
                    .add(new ReferentialConstraint()
                            .withConstraintSchema(schema(table))
                            .withConstraintName(text(facts, "name"))
                            .withUniqueConstraintSchema(schema(referenced))
                            .withUniqueConstraintName(target.getKey()));
            List<String> ordered = target.getValue().stream()
                    .map(column -> columns.get(referencedColumns.indexOf(column)))
                    .toList();
            key(table, text(facts, "name"), TableConstraintType.FOREIGN_KEY, ordered);
        }

        private Stream<Map.Entry<String, List<String>>> keys(String table) {
            JsonNode facts = tables.get(table);
            return Stream.concat(
                    Stream.of(Map.entry(primaryKey(table), texts(facts.get("primary_key")))),
                    stream(facts.path("unique")).map(key -> Map.entry(text(key, "name"), texts(key.get("columns")))));
        }

        private static String primaryKey(String table) {
            return "pk_" + name(table);
        }

        private static String schema(String table) {
            return table.substring(0, table.indexOf('.'));
        }

        private static String name(String table) {
            return table.substring(table.indexOf('.') + 1);
        }

        private static String text(JsonNode node, String field) {
            return node.get(field).asText();
        }

        private static List<String> texts(JsonNode array) {
            return stream(array).map(JsonNode::asText).toList();
        }

        private static Stream<JsonNode> stream(JsonNode array) {
            return StreamSupport.stream(array.spliterator(), false);
        }
    }
}
