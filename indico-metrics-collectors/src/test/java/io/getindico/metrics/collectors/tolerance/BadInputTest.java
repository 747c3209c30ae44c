package io.getindico.metrics.collectors.tolerance;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.jooq.DefaultCatalog;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.WideCase;
import io.getindico.metrics.testing.WideData;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jooq.Schema;
import org.jooq.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Values that Indico does not write, in every column that the collectors read, fail no query.
 */
@Tag("slow")
final class BadInputTest {
    private static final WideCase CASE = WideData.cases(IndicoRelease.V3_3_14).get(0);

    private static IndicoDatabase database;
    private static List<Column> columns;

    /** A column, and its type in PostgreSQL. */
    record Column(String table, Field<?> field, String type) {
        boolean isKey() {
            return field.getName().equals("id") || field.getName().endsWith("_id");
        }

        boolean holds(Class<?>... types) {
            return Stream.of(types).anyMatch(candidate -> candidate.isAssignableFrom(field.getType()));
        }
    }

    /** Bad values, as SQL, and the columns that can have them. */
    record Bad(String name, Predicate<Column> fits, List<String> values) {
        static Bad of(String name, Predicate<Column> fits, String... values) {
            return new Bad(name, fits, List.of(values));
        }

        /** One of the values for each row. */
        String value(String row) {
            String cases = IntStream.range(0, values.size())
                    .mapToObj(i -> "WHEN %d THEN %s".formatted(i, values.get(i)))
                    .collect(Collectors.joining(" "));
            return "CASE %s %% %d %s END".formatted(row, values.size(), cases);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> badValues() {
        return Stream.of(
                Bad.of("NULL", column -> !column.field().getName().equals("id"), "NULL"),
                Bad.of("unknown numbers", column -> column.field().getType().isEnum(), "99", "-1", "0"),
                Bad.of(
                        "other JSON",
                        column -> column.holds(JSON.class, JSONB.class),
                        "'null'",
                        "'true'",
                        "'1e400'",
                        "'\"text\"'",
                        "'\"2026-02-30T00:00:00\"'",
                        "'[]'",
                        "'[[{}]]'",
                        "'{}'",
                        "'{\"state\": {}, \"enabled\": [], \"size\": \"x\"}'"),
                Bad.of(
                        "the ends of time",
                        column -> column.holds(Temporal.class) && !column.holds(LocalTime.class),
                        "'0001-01-01'",
                        "'9999-12-31'",
                        "'4713-01-01 BC'"),
                Bad.of(
                        "infinite times",
                        column -> column.holds(Instant.class, LocalDateTime.class),
                        "'infinity'",
                        "'-infinity'"),
                Bad.of(
                        "odd texts",
                        column -> column.holds(String.class) && !column.isKey(),
                        "''",
                        "'other'",
                        "'unknown'",
                        "repeat(md5(random()::text), 2048)",
                        "E'\\n\"\\\\'"),
                Bad.of(
                        "the ends of numbers",
                        column -> !column.isKey() && column.holds(Integer.class),
                        "-1",
                        "2147483647",
                        "-2147483648"),
                Bad.of(
                        "sizes beyond 63 bits in sum",
                        column -> !column.isKey() && column.holds(Long.class),
                        "9223372036854775807"),
                Bad.of(
                        "sizes below nothing",
                        column -> !column.isKey() && column.holds(Long.class, BigDecimal.class),
                        "-99999999"));
    }

    @BeforeAll
    static void load() {
        database = IndicoDatabase.create(IndicoRelease.V3_3_14);
        WideData.of(IndicoRelease.V3_3_14).loadInto(database);
        SortedMap<String, SortedSet<String>> read = new TreeMap<>();
        gauges().reading()
                .status()
                .collectors()
                .forEach(collector -> Gauges.columns(collector)
                        .forEach((table, names) -> read.computeIfAbsent(table, key -> new TreeSet<>())
                                .addAll(names)));
        columns = new ArrayList<>();
        for (Schema schema : DefaultCatalog.DEFAULT_CATALOG.getSchemas()) {
            for (Table<?> table : schema.getTables()) {
                String name = schema.getName() + "." + table.getName();
                read.getOrDefault(name, new TreeSet<>())
                        .forEach(column -> columns.add(new Column(name, table.field(column), type(name, column))));
            }
        }
        assertThat(columns).hasSizeGreaterThan(200);
        database.dsl().execute("CREATE SCHEMA saved");
        tables().forEach(BadInputTest::unguard);
    }

    private static String type(String table, String column) {
        return database.dsl()
                .fetchSingle(
                        "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                                + " WHERE attrelid = CAST(? AS regclass) AND attname = ?",
                        table,
                        column)
                .get(0, String.class);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static SortedSet<String> tables() {
        SortedSet<String> tables = new TreeSet<>();
        columns.forEach(column -> tables.add(column.table()));
        return tables;
    }

    /** Drops what refuses a bad value, and keeps a copy of the rows. */
    private static void unguard(String table) {
        database.dsl().execute("CREATE TABLE saved.\"%s\" AS TABLE %<s".formatted(table));
        database.dsl()
                .fetch(
                        "SELECT conname FROM pg_constraint WHERE conrelid = CAST(? AS regclass) AND contype <> 'n'"
                                + " ORDER BY contype",
                        table)
                .forEach(constraint -> database.dsl()
                        .execute("ALTER TABLE %s DROP CONSTRAINT IF EXISTS \"%s\" CASCADE"
                                .formatted(table, constraint.get(0))));
        database.dsl()
                .fetch(
                        "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = CAST(? AS regclass)"
                                + " AND indisunique",
                        table)
                .forEach(index -> database.dsl().execute("DROP INDEX " + index.get(0)));
        columns.stream()
                .filter(column -> column.table().equals(table))
                .forEach(column -> database.dsl()
                        .execute("ALTER TABLE %s ALTER COLUMN \"%s\" DROP NOT NULL"
                                .formatted(table, column.field().getName())));
    }

    private static void restore(String table) {
        database.dsl().execute("TRUNCATE %s".formatted(table));
        database.dsl().execute("INSERT INTO %s SELECT * FROM saved.\"%<s\"".formatted(table));
    }

    private static Gauges gauges() {
        return Gauges.read(
                database.dataSource(),
                CASE.now(),
                builder -> builder.extraFamilies(List.of("*")).zone(CASE.zone()));
    }

    /** Every third row has a bad value in one column, its neighbours in others. */
    @ParameterizedTest
    @MethodSource("badValues")
    void failNoQuery(Bad bad) {
        tables().forEach(BadInputTest::restore);
        int rows = 0;
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            if (bad.fits().test(column)) {
                String row = "((CAST(ctid AS text)::point)[1]::int + %d)".formatted(i);
                rows += database.dsl()
                        .execute("UPDATE %s SET \"%s\" = CAST(%s AS %s) WHERE %s %% 3 = 0"
                                .formatted(
                                        column.table(),
                                        column.field().getName(),
                                        bad.value(row + " / 3"),
                                        column.type(),
                                        row));
            }
        }
        assertThat(rows).isPositive();
        Gauges gauges = gauges();
        assertThat(gauges.failures()).isEmpty();
        assertBounded(gauges);
    }

    private static void assertBounded(Gauges gauges) {
        for (CollectorStatus collector : gauges.reading().status().collectors()) {
            for (MetricFamily family : collector.families()) {
                assertThat(WideCase.read(family, gauges.reading()))
                        .as(family.name())
                        .hasSizeLessThanOrEqualTo((int) family.maxSeries())
                        .allSatisfy((labels, value) -> assertThat(value).isFinite());
            }
        }
    }
}
