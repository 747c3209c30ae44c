package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.getindico.metrics.exporter.commands.ExporterMain;
import io.getindico.metrics.exporter.settings.Setting;
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
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script grants exactly the columns that the collectors read. */
final class RoleScriptTest {
    private static final String ROLE = "indico_metrics_of_role_script_test";
    private static final String NO_PRIVILEGE = "42501";

    @Test
    void itGrantsWhatTheCollectorsRead() throws IOException {
        GoldenFile.verify(new DeployFile("role.sql").path(), script());
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
            assertThat(report.lines().filter(line -> line.startsWith("WARNING")))
                    .singleElement()
                    .asString()
                    .contains("zone is not set");
            assertThat(report.contains("skipped: table plugin_livesync.")).isNotEqualTo(hasLivesync);
            for (String sql : List.of(
                    "SELECT data FROM events.logs",
                    "SELECT value FROM indico.settings",
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
    void theLinesOfCheckGrantTheMissingRights() throws Exception {
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
    void withoutFunctionsTheLinePrintedSatisfiesCheck() throws Exception {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest())) {
            database.prepare();
            String script = script("--role", ROLE, "--no-functions");
            executeAsSuperuser(database.name(), script);
            executeAsSuperuser(database.name(), "ALTER ROLE " + ROLE + " PASSWORD '" + ROLE + "'");
            assertThat(script).doesNotContain("indico_metrics.", "CREATE SCHEMA");
            String line = "exclude-families: "
                    + script.lines()
                            .filter(text -> text.startsWith("--   exclude-families: "))
                            .findFirst()
                            .orElseThrow()
                            .replaceFirst("--   exclude-families: ", "");

            assertThat(report(database, 1))
                    .contains("CANNOT RUN IN PART: indico_event_emails_1d, ")
                    .contains("the login may not call function indico_metrics.event_emails")
                    .contains(
                            "Functions are missing. Create them with the SQL that the command grants prints, or set:\n  "
                                    + line + "\n")
                    .doesNotContain("GRANT");
            String families = line.replaceFirst("exclude-families: ", "");
            assertThat(report(database, 0, "--exclude-families", families)).doesNotContain("Functions are missing");
            // The line contains what is excluded already.
            assertThat(report(database, 1, "--exclude-families", "indico_scheduler_info"))
                    .contains("  " + line + "\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"public", "none", "pg_x", ""})
    void aRoleThatCannotExistIsRefused(String role) {
        assertThat(run(2, Map.of(), "grants", "--role", role))
                .isEqualTo("indico-metrics-exporter: the role name '" + role
                        + "' is one that PostgreSQL does not allow; choose another one with --role\n");
    }

    @Test
    void theRoleIsTheLoginsUserUnlessGiven() {
        assertThat(script("--database-url", "postgresql://reader@127.0.0.1:9/nothing"))
                .contains("login constant name := 'reader';")
                .endsWith("TO \"reader\";\n");
        assertThat(script("--database-user", "other")).contains("login constant name := 'other';");
    }

    @Test
    void itGrantsWhatTheChosenMetricsNeed() {
        assertThat(script("--profile", "compatible"))
                .contains("('events.events', '")
                .doesNotContain("events.logs", "indico_metrics.");
        assertThat(script("--families", "indico_scheduler_info"))
                .contains("CREATE OR REPLACE FUNCTION indico_metrics.scheduler_version()")
                .doesNotContain("('events.events', '", "announcement");
        assertThat(script("--zone", "Europe/Zurich")).doesNotContain("timezone");
    }

    @Test
    void psqlRunsItTwiceForAnyRoleOnADatabaseOfAnyName(@TempDir Path folder) throws Exception {
        String psql = Tools.require("psql").toString();
        String role = ROLE + " 'Odd' \"Name\" $$ :x %I";
        Path file = Files.writeString(folder.resolve("role.sql"), script("--role", role));
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
                executeAsSuperuser(template.name(), "ALTER ROLE " + quoted(role) + " PASSWORD '" + ROLE + "'");

                for (String sql :
                        List.of("SELECT count(id) FROM events.events", "SELECT * FROM indico_metrics.announcement()")) {
                    execute(URLEncoder.encode(name, UTF_8), role, ROLE, sql);
                }
            } finally {
                executeAsSuperuser(template.name(), "DROP DATABASE " + quoted);
                executeAsSuperuser(template.name(), "DROP ROLE IF EXISTS " + quoted(role));
            }
        }
    }

    @Test
    void refusesAnotherDatabaseAndGrantsNothing() {
        assertThat(refusal(() -> executeAsSuperuser("postgres", scriptForTestRole()))
                        .getMessage())
                .contains("database \"postgres\" is not Indico's: it has no table events.events")
                .contains("Name Indico's database: psql -d DATABASE");
    }

    /** The expected content of the file. The tests do not read the file, since the same run may write it. */
    private static String script(String... options) {
        return run(
                0,
                Map.of(),
                Stream.concat(Stream.of("grants"), Stream.of(options)).toArray(String[]::new));
    }

    private static String scriptForTestRole() {
        return script("--role", ROLE);
    }

    private static String run(int exitCode, Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, UTF_8);

        int code = ExporterMain.run(arguments, environment, stream, stream);

        assertThat(code).as(out.toString(UTF_8)).isEqualTo(exitCode);
        return out.toString(UTF_8);
    }

    /** The report of {@code check} for the login that the script created. */
    private static String report(IndicoDatabase database, int exitCode, String... options) {
        Map<String, String> environment = new HashMap<>();
        TestDatabase.settingsFor(database.name(), "database.user", ROLE, "database.password", ROLE)
                .forEach((name, value) -> environment.put(Setting.variable(name), value));
        return run(
                exitCode,
                environment,
                Stream.concat(Stream.of("check"), Stream.of(options)).toArray(String[]::new));
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
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
