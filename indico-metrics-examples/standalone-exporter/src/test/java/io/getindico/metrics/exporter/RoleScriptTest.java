package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.Status;
import io.getindico.metrics.exporter.commands.ExporterMain;
import io.getindico.metrics.exporter.settings.Setting;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.jooq.DefaultCatalog;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.GoldenFile;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jooq.Schema;
import org.jooq.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The operator is told to grant exactly the columns that the collectors read. */
final class RoleScriptTest {
    private static final String ROLE = "indico_metrics_of_role_script_test";
    private static final String NO_PRIVILEGE = "42501";

    private static final Path PAGE = Path.of("../../docs/operations.md");
    private static final String PAGE_BEFORE = "<!-- deploy/role.sql, written by -Dgolden.update=true -->\n```sql\n";
    private static final String PAGE_AFTER = "```\n";

    private static final String HEAD = """
            -- The role that indico-metrics logs in as. It may read the columns that the collectors read, and nothing else.
            -- Run it on Indico's database, as a superuser:
            --   psql -d indico -1 -v ON_ERROR_STOP=1 -f role.sql
            -- It skips what this Indico does not have, such as the tables of a plugin. Run it again after you install one.
            -- Generated from the collectors' queries by ./mvnw verify -Dgolden.update=true.
            DO $$
            DECLARE
                readable record;
            BEGIN
                IF to_regclass('events.events') IS NULL THEN
                    RAISE EXCEPTION 'database "%" is not Indico''s: it has no table events.events', current_database()
                        USING HINT = 'Name Indico''s database: psql -d DATABASE';
                END IF;
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'indico_metrics') THEN
                    CREATE ROLE indico_metrics LOGIN CONNECTION LIMIT 6;
                END IF;
                EXECUTE format('GRANT CONNECT ON DATABASE %I TO indico_metrics', current_database());
                FOR readable IN
                    SELECT relnamespace::regnamespace AS schema, attrelid::regclass AS relation,
                           string_agg(quote_ident(attname), ', ' ORDER BY attname) AS columns
                    FROM (VALUES
            """;

    private static final String FOOT = """

                    ) AS wanted (relation, columns)
                    JOIN pg_attribute ON attrelid = to_regclass(wanted.relation)
                        AND attname = ANY (string_to_array(wanted.columns, ', '))
                    JOIN pg_class ON pg_class.oid = attrelid
                    GROUP BY relnamespace, attrelid
                LOOP
                    EXECUTE format('GRANT USAGE ON SCHEMA %s TO indico_metrics', readable.schema);
                    EXECUTE format('GRANT SELECT (%s) ON %s TO indico_metrics', readable.columns, readable.relation);
                END LOOP;
            END
            $$;
            """;

    /** Checks both files in one test, so that one run with {@code -Dgolden.update=true} writes both. */
    @Test
    void itGrantsWhatTheCollectorsReadAndThePageShowsIt() throws IOException {
        String script = script();

        GoldenFile.verify(new DeployFile("role.sql").path(), script);
        GoldenFile.verify(PAGE, withScript(Files.readString(PAGE), script));
    }

    private static String withScript(String page, String script) {
        assertThat(page).containsOnlyOnce(PAGE_BEFORE);
        int start = page.indexOf(PAGE_BEFORE) + PAGE_BEFORE.length();
        int end = page.indexOf(PAGE_AFTER, start);
        assertThat(end).as("end of the script in %s", PAGE).isNotNegative();
        return page.substring(0, start) + script + page.substring(end);
    }

    /** The role's privileges have disappeared with their databases. */
    @AfterEach
    void dropRole() throws SQLException {
        executeAsSuperuser("postgres", "DROP ROLE IF EXISTS " + ROLE);
    }

    static Stream<Arguments> databases() {
        return Arrays.stream(IndicoRelease.values())
                .flatMap(release -> Stream.of(Arguments.of(release, true), Arguments.of(release, false)));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void theLoginReadsWhatTheCollectorsNeedAndNoEmailAddress(IndicoRelease release, boolean hasLivesync)
            throws Exception {
        try (IndicoDatabase database = IndicoDatabase.create(release)) {
            database.prepare();
            if (!hasLivesync) {
                database.dsl().execute("DROP SCHEMA plugin_livesync CASCADE");
                database.dsl().execute("DROP TABLE public.alembic_version_plugin_livesync");
            }
            database.dsl().execute("REVOKE CONNECT ON DATABASE " + database.name() + " FROM PUBLIC");
            executeAsSuperuser(database.name(), scriptForTestRole());
            executeAsSuperuser(database.name(), scriptForTestRole());
            executeAsSuperuser(database.name(), "ALTER ROLE " + ROLE + " PASSWORD '" + ROLE + "'");

            String report = report(database, 0);
            assertThat(report).doesNotContain("WARNING");
            assertThat(report.contains("skipped: table plugin_livesync.")).isNotEqualTo(hasLivesync);
            for (String sql : List.of(
                    "SELECT email FROM users.emails",
                    "SELECT identifier FROM users.identities",
                    "SELECT * FROM users.users")) {
                assertThat(refusal(() -> execute(database.name(), ROLE, ROLE, sql))
                                .getSQLState())
                        .as(sql)
                        .isEqualTo(NO_PRIVILEGE);
            }
        }
    }

    /** A schema, a column of one of its tables and a column of another table are not granted. */
    @Test
    void whatIsMissingIsGrantedByTheLinesOfCheck() throws Exception {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest())) {
            database.prepare();
            executeAsSuperuser(database.name(), scriptForTestRole());
            executeAsSuperuser(database.name(), "ALTER ROLE " + ROLE + " PASSWORD '" + ROLE + "'");
            executeAsSuperuser(database.name(), "REVOKE USAGE ON SCHEMA roombooking FROM " + ROLE);
            executeAsSuperuser(database.name(), "REVOKE SELECT (is_deleted) ON roombooking.rooms FROM " + ROLE);
            executeAsSuperuser(database.name(), "REVOKE SELECT (is_deleted) ON events.events FROM " + ROLE);

            String report = report(database, 1);
            assertThat(report)
                    .contains("CANNOT RUN: ")
                    .contains("Rights are missing. Run as a superuser or as the owner of the tables:\n")
                    .contains("  GRANT SELECT (is_deleted) ON events.events TO " + ROLE + ";\n");
            for (String line : report.lines().map(String::strip).toList()) {
                if (line.startsWith("GRANT ")) {
                    executeAsSuperuser(database.name(), line);
                }
            }

            assertThat(report(database, 0)).doesNotContain("GRANT");
        }
    }

    @Test
    void psqlRunsItTwiceOnADatabaseOfAnyName(@TempDir Path folder) throws Exception {
        String psql = Tools.require("psql").toString();
        Path file = Files.writeString(folder.resolve("role.sql"), scriptForTestRole());
        String name = "Indico's \"prod\" %I";
        String quoted = "\"Indico's \"\"prod\"\" %I\"";
        try (IndicoDatabase template = IndicoDatabase.create(IndicoRelease.newest())) {
            executeAsSuperuser(template.name(), "CREATE DATABASE " + quoted + " TEMPLATE " + template.name());
            try {
                executeAsSuperuser(template.name(), "REVOKE CONNECT ON DATABASE " + quoted + " FROM PUBLIC");
                for (int run = 1; run <= 2; run++) {
                    try (Program program = Program.start(
                            List.of(psql, "-d", name, "-1", "-v", "ON_ERROR_STOP=1", "-f", file.toString()),
                            psqlEnvironment())) {
                        assertThat(program.exitCode(60)).as(program.err()).isZero();
                        assertThat(program.err()).isEmpty();
                    }
                }
                executeAsSuperuser(template.name(), "ALTER ROLE " + ROLE + " PASSWORD '" + ROLE + "'");

                execute(URLEncoder.encode(name, UTF_8), ROLE, ROLE, "SELECT count(id) FROM events.events");
            } finally {
                executeAsSuperuser(template.name(), "DROP DATABASE " + quoted);
            }
        }
    }

    @Test
    void anotherDatabaseIsNamedAndNothingIsGranted() {
        assertThat(refusal(() -> executeAsSuperuser("postgres", scriptForTestRole()))
                        .getMessage())
                .contains("database \"postgres\" is not Indico's: it has no table events.events")
                .contains("Name Indico's database: psql -d DATABASE");
    }

    private static SortedMap<String, SortedSet<String>> columns() {
        SortedMap<String, SortedSet<String>> columns = new TreeMap<>();
        columns.put("public.alembic_version", new TreeSet<>(Set.of("version_num")));
        columns.put("public.alembic_version_plugin_livesync", new TreeSet<>(Set.of("version_num")));
        Settings settings = Settings.of(Map.of("database.url", "postgresql://nobody@127.0.0.1:9/nothing"));
        try (MetricsAssembly assembly = MetricsAssembly.of(settings)) {
            // The engine learns what the queries read before it connects, so no database is needed.
            Status status = assembly.metrics().readOnce(null).status();
            status.collectors().stream()
                    .flatMap(collector -> collector.queries().stream())
                    .map(CollectorStatus.Query::columns)
                    .forEach(ofQuery ->
                            ofQuery.forEach((table, names) -> columns.computeIfAbsent(table, name -> new TreeSet<>())
                                    .addAll(names)));
        }
        columns.forEach((table, names) -> {
            if (names.isEmpty()) {
                names.add(anyColumn(table));
            }
        });
        return columns;
    }

    /** A query that counts rows names no column but needs the privilege on one. */
    private static String anyColumn(String name) {
        String[] parts = name.split("\\.", 2);
        Schema schema = Objects.requireNonNull(DefaultCatalog.DEFAULT_CATALOG.getSchema(parts[0]), name);
        Table<?> table = Objects.requireNonNull(schema.getTable(parts[1]), name);
        return Objects.requireNonNull(table.field(0), name).getName();
    }

    /** The expected content of the file. The tests do not read the file, since the same run may write it. */
    private static String script() {
        return columns().entrySet().stream()
                .map(table -> "            ('" + table.getKey() + "', '" + String.join(", ", table.getValue()) + "')")
                .collect(Collectors.joining(",\n", HEAD, FOOT));
    }

    private static String scriptForTestRole() {
        return script().replace("indico_metrics", ROLE);
    }

    /** The report of {@code check} for the login that the script created. */
    private static String report(IndicoDatabase database, int exitCode) {
        Map<String, String> environment = new HashMap<>();
        TestDatabase.settingsFor(database.name(), "database.user", ROLE, "database.password", ROLE)
                .forEach((name, value) -> environment.put(Setting.variable(name), value));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, UTF_8);

        int code = ExporterMain.run(new String[] {"check"}, environment, stream, stream);

        assertThat(code).as(out.toString(UTF_8)).isEqualTo(exitCode);
        return out.toString(UTF_8);
    }

    private static Map<String, String> psqlEnvironment() {
        PostgresServer server = PostgresServer.shared();
        URI address = URI.create(server.jdbcUrl("postgres").substring("jdbc:".length()));
        return Map.of(
                "PGHOST", address.getHost(),
                "PGPORT", String.valueOf(address.getPort()),
                "PGUSER", server.user(),
                "PGPASSWORD", server.password());
    }

    private static void executeAsSuperuser(String database, String sql) throws SQLException {
        execute(
                database,
                PostgresServer.shared().user(),
                PostgresServer.shared().password(),
                sql);
    }

    private static void execute(String database, String user, String password, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(PostgresServer.shared().jdbcUrl(database), user, password);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static SQLException refusal(ThrowingCallable call) {
        SQLException thrown = catchThrowableOfType(SQLException.class, call);
        assertThat(thrown != null).as("refused").isTrue();
        return thrown;
    }
}
