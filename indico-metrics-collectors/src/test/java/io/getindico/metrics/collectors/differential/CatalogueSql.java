package io.getindico.metrics.collectors.differential;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.testing.WideCase;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The families of the wider catalogue by plain SQL, which is in {@code catalogue.sql}. */
final class CatalogueSql {
    private static final Pattern WORD = Pattern.compile("(?<!:):([a-z]+)");
    private static final Pattern DEFINITION = Pattern.compile("\\\\define (\\w+) (.*)", Pattern.DOTALL);
    private static final Pattern FAMILY = Pattern.compile("-- (indico_\\w+)\n(.*);", Pattern.DOTALL);
    private static final String SCRIPT = script();

    /** The families that there is SQL of. */
    static final Set<String> FAMILIES = Pattern.compile("\\bindico_\\w+")
            .matcher(SCRIPT)
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toUnmodifiableSet());

    private final Map<String, String> definitions = new HashMap<>();
    private final SortedMap<String, SortedMap<Labels, Double>> families = new TreeMap<>();

    private CatalogueSql() {}

    /** Defines the functions that the SQL uses, for one session. */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE FUNCTION pg_temp.word(n bigint, VARIADIC words text[]) RETURNS text LANGUAGE sql AS"
                            + " $$ SELECT COALESCE(words[n], 'unknown') $$");
            statement.execute("CREATE FUNCTION pg_temp.epoch(utc timestamp) RETURNS numeric LANGUAGE sql AS"
                    + " $$ SELECT extract(epoch FROM utc AT TIME ZONE 'UTC') $$");
        }
    }

    static WideCase read(Connection connection, Instant now, ZoneId zone) throws SQLException {
        CatalogueSql catalogue = new CatalogueSql();
        catalogue.definitions.put("now", "'" + now + "'::timestamptz");
        catalogue.definitions.put("zone", "'" + zone + "'");
        try (Statement statement = connection.createStatement()) {
            for (String paragraph : SCRIPT.split("\n\n", -1)) {
                catalogue.read(statement, paragraph.strip());
            }
        }
        return new WideCase(now, zone, catalogue.families);
    }

    private void read(Statement statement, String paragraph) throws SQLException {
        Matcher definition = DEFINITION.matcher(paragraph);
        Matcher family = FAMILY.matcher(paragraph);
        if (definition.matches()) {
            definitions.put(definition.group(1), expanded(definition.group(2)));
        } else if (family.matches()) {
            try (ResultSet rows = statement.executeQuery(expanded(family.group(2)))) {
                while (rows.next()) {
                    read(rows, family.group(1));
                }
            }
        }
    }

    private String expanded(String sql) {
        return WORD.matcher(sql)
                .replaceAll(word ->
                        Matcher.quoteReplacement(Objects.requireNonNull(definitions.get(word.group(1)), word::group)));
    }

    /** Text is a label, and numbers are values. */
    private void read(ResultSet row, String family) throws SQLException {
        Labels.Builder labels = Labels.builder();
        Map<String, Double> values = new HashMap<>();
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            String name = row.getMetaData().getColumnLabel(column);
            if (name.equals("value") || name.startsWith("indico_")) {
                double value = row.getDouble(column);
                if (!row.wasNull()) {
                    values.put(name.equals("value") ? family : name, value);
                }
            } else {
                labels.label(name, row.getString(column));
            }
        }
        values.forEach((name, value) ->
                families.computeIfAbsent(name, key -> new TreeMap<>()).put(labels.build(), value));
    }

    private static String script() {
        try (InputStream in = CatalogueSql.class.getResourceAsStream("catalogue.sql")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
