package io.getindico.metrics.collectors;

import static io.getindico.metrics.collectors.GrantedRole.full;
import static io.getindico.metrics.collectors.GrantedRole.script;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.LimitedLogin;
import io.getindico.metrics.testing.WideCase;
import io.getindico.metrics.testing.WideData;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the role of {@code grants} reads, what it cannot read, and that it is in nobody's way. */
class GrantsTest {
    private static final String NO_PRIVILEGE = "42501";
    private static final Pattern EXCLUDED = Pattern.compile("--   exclude-families: (\\S+)\n");

    private static final String TABLES = "SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod)"
            + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            + " WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1, 2, 3";

    static Stream<IndicoRelease> olderReleases() {
        return WideData.RELEASES.stream().filter(release -> release != IndicoRelease.newest());
    }

    private static Reading read(IndicoMetricsBuilder builder, WideCase wide) {
        try (IndicoMetrics metrics = builder.zone(wide.zone()).build()) {
            return metrics.readOnce(wide.now());
        }
    }

    /** The values, without those of the size of the database, which the functions change. */
    private static String values(Reading reading) {
        return Gauges.collectors().stream()
                .filter(collector -> !collector.name().equals("database"))
                .map(collector -> ExpositionText.of(collector, reading))
                .collect(joining());
    }

    private static List<CollectorStatus.Query> queries(Reading reading) {
        return reading.status().collectors().stream()
                .flatMap(collector -> collector.queries().stream())
                .toList();
    }

    @Test
    void theRoleReadsWhatItNeedsWithAndWithoutFunctions() {
        assertReadsWhatItNeedsWithAndWithoutFunctions(IndicoRelease.newest());
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("olderReleases")
    void theRoleReadsAllOfAnOlderRelease(IndicoRelease release) {
        assertReadsWhatItNeedsWithAndWithoutFunctions(release);
    }

    private static void assertReadsWhatItNeedsWithAndWithoutFunctions(IndicoRelease release) {
        try (IndicoDatabase database = IndicoDatabase.create(release)) {
            WideData.of(release).loadInto(database);
            List<WideCase> cases = WideData.cases(release);
            List<String> asOwner = cases.stream()
                    .map(wide -> values(read(full(database.dataSource()), wide)))
                    .toList();
            try (LimitedLogin login = new LimitedLogin(database)) {
                String script = script(login, false);
                login.run(script);
                Matcher excluded = EXCLUDED.matcher(script);
                assertThat(excluded.find()).isTrue();
                List<String> families = List.of(excluded.group(1).split(","));
                for (WideCase wide : cases) {
                    assertWithoutFunctions(login.dataSource(), wide, families);
                    assertThat(values(read(full(login.dataSource()).excludeFamilies(families), wide)))
                            .isEqualTo(values(read(full(database.dataSource()).excludeFamilies(families), wide)));
                }
                login.run(script(login, true));
                login.run(script(login, true));
                for (int i = 0; i < cases.size(); i++) {
                    Reading underRole = read(full(login.dataSource()), cases.get(i));
                    assertThat(new Gauges(underRole).failures()).isEmpty();
                    assertThat(values(underRole)).isEqualTo(asOwner.get(i));
                }
            }
        }
    }

    private static void assertWithoutFunctions(DataSource dataSource, WideCase wide, List<String> families) {
        Set<String> skipped = new TreeSet<>();
        for (CollectorStatus.Query query : queries(read(full(dataSource), wide))) {
            if (query.skipReason() == SkipReason.PRIVILEGE_MISSING) {
                assertThat(query.missingFunctions()).isNotEmpty();
                assertThat(query.missingColumns()).isEmpty();
                query.families().stream().map(MetricFamily::name).forEach(skipped::add);
            } else {
                assertThat(query.outcome() == Outcome.SUCCESS || query.skipReason() == SkipReason.RELEASE)
                        .as(query.families() + query.detail())
                        .isTrue();
            }
        }
        assertThat(families).containsAll(skipped);
        assertThat(skipped).contains("indico_event_emails_1d", "indico_scheduler_info", "indico_unclaimed_files");
    }

    @Tag("slow")
    @Test
    void contentsAreOutOfReach() {
        try (GrantedRole granted = new GrantedRole()) {
            DSLContext asRole = granted.asRole();
            Set<String> readable = new TreeSet<>();
            Set<String> partly = new TreeSet<>();
            granted.database.dsl().fetch(TABLES).forEach(row -> {
                String table = "\"" + row.get(0) + "\".\"" + row.get(1) + "\"";
                if (isReadable(asRole, table, (String) row.get(2))) {
                    readable.add(row.get(0) + "." + row.get(1) + "." + row.get(2));
                } else {
                    partly.add(table);
                }
            });
            assertThat(readable)
                    .contains("events.events.is_deleted", "users.users.is_admin")
                    .doesNotContainAnyElementsOf(PrivacyTest.CONTENTS)
                    .noneMatch(
                            column -> column.matches(".*[._](email|password\\w*|\\w*hash\\w*|secret|title|comment|value"
                                    + "|description|first_name|last_name|phone|address|affiliation|data|meta|summary|identifier"
                                    + "|token|md5|filename|ip_address|ticket_uuid|uuid)"));
            assertThat(partly).contains("\"users\".\"users\"", "\"events\".\"logs\"", "\"indico\".\"settings\"");
            for (String table : partly) {
                assertRefused(asRole, "SELECT * FROM " + table);
                assertRefused(asRole, "DELETE FROM " + table);
            }
        }
    }

    private static boolean isReadable(DSLContext asRole, String table, String column) {
        try {
            var unused = asRole.fetch("SELECT \"" + column + "\" FROM " + table + " LIMIT 1");
            return true;
        } catch (DataAccessException e) {
            assertThat(e.sqlState()).as(table + "." + column).isEqualTo(NO_PRIVILEGE);
            return false;
        }
    }

    private static void assertRefused(DSLContext dsl, String sql) {
        assertThatThrownBy(() -> dsl.execute(sql))
                .as(sql)
                .isInstanceOfSatisfying(
                        DataAccessException.class, e -> assertThat(e.sqlState()).isEqualTo(NO_PRIVILEGE));
    }

    @Test
    void nobodyElseMayCallTheFunctions() {
        try (GrantedRole granted = new GrantedRole()) {
            DSLContext owner = granted.database.dsl();
            assertThat(granted.calls()).hasSize(9);
            String other = granted.database.name() + "_other";
            owner.execute("CREATE ROLE " + other);
            try {
                // This must hold even if the schema is open to everybody.
                owner.execute("GRANT USAGE ON SCHEMA indico_metrics TO PUBLIC");
                owner.connection(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("SET SESSION AUTHORIZATION " + other);
                        try {
                            for (String call : granted.calls()) {
                                assertThatThrownBy(() -> statement.execute("SELECT * FROM " + call))
                                        .isInstanceOfSatisfying(
                                                SQLException.class,
                                                e -> assertThat(e.getSQLState()).isEqualTo(NO_PRIVILEGE));
                            }
                        } finally {
                            statement.execute("RESET SESSION AUTHORIZATION");
                        }
                    }
                });
            } finally {
                owner.execute("DROP ROLE " + other);
            }
        }
    }

    /**
     * The role makes objects of the same names, temporary ones and others, puts them first, and leaks what its own function
     * sees.
     */
    @Test
    void objectsOfTheRoleRevealNoOtherRows() throws SQLException {
        try (GrantedRole granted = new GrantedRole();
                Connection connection = granted.login.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            List<String> calls = granted.calls();
            Map<String, List<String>> before = new LinkedHashMap<>();
            for (String call : calls) {
                before.put(call, rows(statement, "SELECT e::text FROM " + call + " e"));
            }
            granted.database.dsl().execute("CREATE SCHEMA evil AUTHORIZATION " + granted.login.role());
            assertThat(before.get("indico_metrics.event_emails(timestamp '-infinity')"))
                    .isNotEmpty();
            for (String sql : List.of(
                    "CREATE TEMP TABLE logs (id int, logged_dt timestamp, realm int, type text, data json, summary text)",
                    "CREATE TEMP TABLE settings (id int, module text, name text, value jsonb)",
                    "CREATE TEMP TABLE files (id int, size int, created_dt timestamp, claimed boolean, meta jsonb)",
                    "INSERT INTO pg_temp.logs VALUES (1, now(), 5, 'email', '{\"state\": \"sent\"}', 'x')",
                    "CREATE FUNCTION evil.jsonb_typeof(jsonb) RETURNS text LANGUAGE plpgsql AS"
                            + " $$ BEGIN RAISE NOTICE 'leaked %', $1; RETURN 'string'; END $$",
                    "CREATE FUNCTION evil.same(text, text) RETURNS boolean LANGUAGE plpgsql AS"
                            + " $$ BEGIN RAISE NOTICE 'leaked %', $1; RETURN true; END $$",
                    "CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same)",
                    "CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same)",
                    "CREATE FUNCTION pg_temp.leak(text) RETURNS boolean COST 0.0001 LANGUAGE plpgsql AS"
                            + " $$ BEGIN RAISE NOTICE 'leaked %', $1; RETURN true; END $$",
                    "SET search_path = evil, pg_temp, pg_catalog",
                    "SET standard_conforming_strings = off")) {
                statement.execute(sql);
            }
            for (String call : calls) {
                List<String> rows = before.get(call);
                assertThat(rows(statement, "SELECT e::text FROM " + call + " e"))
                        .as(call)
                        .isEqualTo(rows);
                assertThat(warnings(statement)).as(call).isEmpty();
                assertThat(rows(statement, "SELECT e::text FROM " + call + " e WHERE pg_temp.leak(e::text)"))
                        .isEqualTo(rows);
                List<String> leaked = new ArrayList<>();
                for (Throwable warning : warnings(statement)) {
                    leaked.add(String.valueOf(warning.getMessage()).replaceFirst("leaked ", ""));
                }
                assertThat(leaked).as(call).isEqualTo(rows);
                statement.clearWarnings();
            }
        }
    }

    private static List<String> rows(Statement statement, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (var result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }

    private static List<Throwable> warnings(Statement statement) throws SQLException {
        List<Throwable> warnings = new ArrayList<>();
        for (var warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            warnings.add(warning);
        }
        return warnings;
    }

    /** A migration rewrites the table between the snapshot and the call, so that the function sees no rows. */
    @Test
    void aTableRewrittenUnderAFunctionIsNoticed() {
        WideCase wide = WideData.cases(IndicoRelease.newest()).get(0);
        try (GrantedRole granted = new GrantedRole()) {
            String before = values(read(full(granted.login.dataSource()).include(List.of("unclaimed_files")), wide));
            assertThat(before).contains("indico_unclaimed_files{state=\"waiting\"}");
            Reading during = read(
                    full(granted.login.dataSource())
                            .include(List.of("unclaimed_files", "a_migration"))
                            .collectors(new RewrittenTablesTest.Migration(granted.database, "indico.files")),
                    wide);
            assertThat(new Gauges(during).failures()).isEmpty();
            assertThat(values(during)).isEqualTo(before);
        }
    }

    /** Whatever Indico's migrations could do to a column ends with the grants as it does without. */
    @Tag("slow")
    @Test
    void everyChangeOfAColumnRemainsPossible() {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest())) {
            database.prepare();
            Map<String, String> without = outcomes(database);
            assertThat(without.values().stream().filter("done"::equals)).hasSizeGreaterThan(1000);
            try (LimitedLogin login = new LimitedLogin(database)) {
                try (IndicoMetrics metrics =
                        full(Gauges.noDatabase()).extraFamilies(List.of("*")).build()) {
                    login.run(metrics.grants(login.role(), true));
                }
                assertThat(outcomes(database)).isEqualTo(without);
            }
            // Without this, two empty results could be compared.
            database.dsl().execute("CREATE VIEW indico.view AS SELECT data FROM events.logs");
            assertThat(outcomes(database)).isNotEqualTo(without);
        }
    }

    /** Drops each column and changes its type, and undoes it. */
    private static Map<String, String> outcomes(IndicoDatabase database) {
        Map<String, String> outcomes = new LinkedHashMap<>();
        List<String> changes = new ArrayList<>();
        database.dsl().fetch(TABLES).forEach(row -> {
            String alter = "ALTER TABLE \"%s\".\"%s\" ".formatted(row.get(0), row.get(1));
            changes.add(alter + "DROP COLUMN \"%s\"".formatted(row.get(2)));
            String type = row.get(3).equals("integer") ? "bigint" : (String) row.get(3);
            changes.add(alter + "ALTER COLUMN \"%s\" TYPE %s".formatted(row.get(2), type));
        });
        database.dsl().connection(connection -> {
            connection.setAutoCommit(false);
            for (String change : changes) {
                Savepoint savepoint = connection.setSavepoint();
                try (Statement statement = connection.createStatement()) {
                    statement.execute(change);
                    outcomes.put(change, "done");
                } catch (SQLException e) {
                    outcomes.put(change, e.getSQLState());
                }
                connection.rollback(savepoint);
            }
            connection.rollback();
            connection.setAutoCommit(true);
        });
        return outcomes;
    }

    /** A value that depends on the clock would stay in the function. */
    @Test
    void noFunctionKeepsAnInstant() {
        try (IndicoMetrics metrics = full(Gauges.noDatabase()).build()) {
            assertThat(metrics.grants("x", true))
                    .contains("CREATE OR REPLACE FUNCTION")
                    .doesNotContain("1970", "1969");
        }
    }

    @Test
    void everyFamilyInTheExcludeLineExists() {
        try (IndicoMetrics metrics = full(Gauges.noDatabase()).build()) {
            Matcher excluded = EXCLUDED.matcher(metrics.grants("x", false));
            assertThat(excluded.find()).isTrue();
            assertThat(Gauges.collectors().stream()
                            .map(MetricCollector::families)
                            .flatMap(List::stream)
                            .map(MetricFamily::name))
                    .containsAll(Arrays.asList(excluded.group(1).split(",")));
        }
    }
}
