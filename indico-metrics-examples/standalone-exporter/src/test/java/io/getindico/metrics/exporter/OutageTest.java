package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.commands.ExporterMain;
import io.getindico.metrics.exporter.settings.Setting;
import io.getindico.metrics.testing.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exporter when its database is down, refuses the login, is not Indico's or hides something. */
final class OutageTest {
    private static final String NOBODY_LISTENS = "postgresql://u@127.0.0.1:9/indico";

    private static TestDatabase database;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void createDatabase() {
        database = new TestDatabase();
        database.execute("CREATE ROLE reader_without_rooms LOGIN PASSWORD 'reader'");
        database.execute("GRANT USAGE ON SCHEMA categories, events, users, attachments, plugin_livesync, public TO"
                + " reader_without_rooms");
        for (String schema :
                new String[] {"categories", "events", "users", "attachments", "plugin_livesync", "public"}) {
            database.execute("GRANT SELECT ON ALL TABLES IN SCHEMA " + schema + " TO reader_without_rooms");
        }
    }

    @AfterAll
    static void dropDatabase() {
        database.execute("DROP OWNED BY reader_without_rooms");
        database.execute("DROP ROLE reader_without_rooms");
        database.close();
    }

    @Test
    void serveStartsWithoutTheDatabaseAndReadsItWhenItComesBack() throws Exception {
        try (Relay relay = Relay.to(database.indico().jdbcUrl())) {
            relay.goAway();
            Map<String, String> settings = database.settings(
                    "database.url",
                    "jdbc:postgresql://127.0.0.1:" + relay.port() + "/"
                            + database.indico().name());
            try (Exporter exporter = Exporter.start(settings)) {
                Answer answer = Answer.get(exporter.uri());
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.value("indico_up")).isZero();
                assertThat(answer.value("indico_database_error{reason=\"unreachable\"}"))
                        .isEqualTo(1);
                assertThat(answer.value("indico_collector_success{collector=\"events\"}"))
                        .isZero();
                assertThat(answer.body()).doesNotContain("indico_num_active_events");
                assertThat(Answer.get(exporter.uri().resolve("/-/healthy")).status())
                        .isEqualTo(200);
                assertThat(Answer.get(exporter.uri().resolve("/-/ready")).status())
                        .isEqualTo(200);
                assertThat(Answer.get(exporter.uri().resolve("/")).body())
                        .contains("cannot be reached")
                        .doesNotContain("127.0.0.1");

                relay.comeBack();
                // The exporter retries by itself; no scrape asks for the values.
                Waiting.until(
                        "it is read",
                        () -> Answer.get(exporter.uri().resolve("/")).body().contains("✓ read<"));
                assertThat(Answer.get(exporter.uri()).value("indico_up")).isEqualTo(1);

                relay.goAway();
                Waiting.until("it is missed", () -> Answer.get(exporter.uri()).value("indico_up") == 0);
                assertThat(Answer.get(exporter.uri()).value("indico_num_active_events"))
                        .isZero();
                assertThat(Answer.get(exporter.uri().resolve("/-/ready")).status())
                        .isEqualTo(200);
            }
        }
    }

    /** Some clients, such as Telegraf, give up after five seconds and send no header that says so. */
    @Test
    void aClientThatDoesNotSayHowLongItWaitsIsAnsweredWithinFourSeconds() throws Exception {
        try (Connection locker = database.indico().dataSource().getConnection();
                Statement statement = locker.createStatement()) {
            locker.setAutoCommit(false);
            statement.execute("LOCK TABLE users.users IN ACCESS EXCLUSIVE MODE");
            try (Exporter exporter = Exporter.start(database.settings("lock-timeout", "9s"))) {
                long start = System.nanoTime();
                assertThat(Answer.get(exporter.uri()).status()).isEqualTo(200);
                assertThat((System.nanoTime() - start) / 1e9).isBetween(3.5, 4.5);
            }
        }
    }

    /**
     * The server either refuses connections or accepts them silently. A Kubernetes service drops a pod that is not
     * ready.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExporterWhoseDatabaseIsDownIsReady(boolean refuses) throws Exception {
        try (Relay relay = Relay.silent()) {
            if (refuses) {
                relay.goAway();
            }
            String url = "jdbc:postgresql://127.0.0.1:" + relay.port() + "/indico";
            try (Exporter exporter = Exporter.start(database.settings("database.url", url))) {
                assertThat(Answer.get(exporter.uri().resolve("/-/healthy")).status())
                        .isEqualTo(200);
                // The exporter retries by itself; no scrape asks for the values.
                Waiting.until(
                        "the first attempt has ended",
                        () -> Answer.get(exporter.uri().resolve("/-/ready")).status() == 200);

                Answer answer = Answer.get(exporter.uri());
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.value("indico_up")).isZero();
                assertThat(answer.value("indico_database_error{reason=\"unreachable\"}"))
                        .isEqualTo(1);
                assertThat(Answer.get(exporter.uri().resolve("/-/ready")).body())
                        .isEqualTo("ready\n");
            }
        }
    }

    @Test
    void onceAndCheckReportInOneLineThatTheDatabaseIsDown() {
        for (String command : new String[] {"once", "check"}) {
            assertThat(run(Map.of("INDICO_METRICS_DATABASE_URL", NOBODY_LISTENS), command))
                    .isEqualTo(1);
            assertThat(complaint())
                    .startsWith("indico-metrics-exporter: database: cannot connect to 127.0.0.1:9: ")
                    .endsWith("(unreachable)");
        }
        assertThat(out.toString(UTF_8)).contains("indico_up 0.0").containsOnlyOnce("cannot connect to 127.0.0.1:9");
        assertThat(out.toString(UTF_8).lines())
                .anyMatch(line -> line.startsWith("           NOT READ: cannot connect to 127.0.0.1:9: "))
                .anyMatch(line -> line.matches("events .* NOT READ"));
    }

    @Test
    void checkRefusesWhatServeWouldRefuse(@TempDir Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path token = Files.writeString(folder.resolve("token"), "two words");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        assertThat(run(database.environment("token-file", token.toString()), "check"))
                .isEqualTo(2);
        assertThat(complaint()).contains("TOKEN_FILE: got").contains("expected a file with a token");
        Files.writeString(token, "golden");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(run(database.environment("token-file", token.toString()), "check"))
                .isZero();
        assertThat(err.toString(UTF_8)).contains("can be read by every user of the machine; run chmod o-r on it");
    }

    @Test
    void refusesToRunWithoutACollector() {
        assertThat(run(database.environment("collectors", "events,notes", "exclude", "notes,events"), "check"))
                .isEqualTo(2);
        assertThat(complaint()).contains("EXCLUDE: got \"").contains("which leaves no collector");
    }

    @Test
    void aHostThatIsNotKnownIsNamed() {
        assertThat(run(Map.of("INDICO_METRICS_DATABASE_URL", "postgresql://u@nosuch.invalid/indico"), "check"))
                .isEqualTo(1);
        assertThat(complaint()).contains("unknown host nosuch.invalid").endsWith("(unreachable)");
    }

    @Test
    void aWrongPasswordIsReportedWithoutItsText() throws IOException {
        Map<String, String> environment = database.environment("database.password", "wr0ng");

        assertThat(run(environment, "once")).isEqualTo(1);
        assertThat(complaint()).contains("password authentication failed").endsWith("(auth)");
        try (Exporter exporter = Exporter.start(database.settings("database.password", "wr0ng"))) {
            Answer answer = Answer.get(exporter.uri());
            assertThat(answer.value("indico_up")).isZero();
            assertThat(answer.value("indico_database_error{reason=\"auth\"}")).isEqualTo(1);
            assertThat(Answer.get(exporter.uri().resolve("/")).body()).contains("refuses the login");
        }
        assertThat(out.toString(UTF_8) + err.toString(UTF_8)).doesNotContain("wr0ng");
    }

    @Test
    @Tag("slow")
    void aPasswordThatIsChangedIsReadAgainFromItsFile(@TempDir Path folder) throws Exception {
        database.execute("CREATE ROLE changing SUPERUSER LOGIN PASSWORD 'first'");
        Path file = folder.resolve("password");
        Files.writeString(file, "first");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (Relay relay = Relay.to(database.indico().jdbcUrl())) {
            Map<String, String> settings = database.settings(
                    "database.url",
                    "jdbc:postgresql://127.0.0.1:" + relay.port() + "/"
                            + database.indico().name(),
                    "database.user",
                    "changing",
                    "database.password-file",
                    file.toString(),
                    "ttl.live",
                    "1s",
                    "ttl.standard",
                    "1s");
            settings.remove("database.password");
            try (Exporter exporter = Exporter.start(settings)) {
                Waiting.until("it is read", () -> isWell(exporter));
                database.execute("ALTER ROLE changing PASSWORD 'second'");
                assertThatItIsRefusedOnceOrTwiceAndComesBack(relay, exporter, () -> Files.writeString(file, "second"));
                database.execute("ALTER ROLE changing PASSWORD 'first'");
                assertThatItIsRefusedOnceOrTwiceAndComesBack(relay, exporter, () -> Files.writeString(file, "first"));
            }
        } finally {
            database.execute("DROP ROLE changing");
        }
        assertThat(out.toString(UTF_8) + err.toString(UTF_8)).doesNotContain("first", "second");
    }

    private static boolean isWell(Exporter exporter) throws IOException {
        Answer answer = Answer.get(exporter.uri());
        return answer.value("indico_up") == 1 && answer.value("indico_collector_success{collector=\"events\"}") == 1;
    }

    private static void assertThatItIsRefusedOnceOrTwiceAndComesBack(Relay relay, Exporter exporter, Callable<?> remedy)
            throws Exception {
        // A changed password does not end open sessions, so the relay does.
        relay.cut();
        int before = relay.accepted();
        Waiting.until(
                "it is refused", () -> Answer.get(exporter.uri()).value("indico_database_error{reason=\"auth\"}") == 1);
        remedy.call();
        long start = System.nanoTime();
        Waiting.until("it comes back", () -> {
            boolean isWell = isWell(exporter);
            assertThat(isWell ? 0 : relay.accepted() - before).as("logins").isLessThanOrEqualTo(2);
            return isWell;
        });
        assertThat((System.nanoTime() - start) / 1e9)
                .as("the pause after a refusal")
                .isBetween(10.0, 25.0);
    }

    @Test
    void anotherDatabaseIsReportedWithTheExpectedTables() throws IOException {
        Map<String, String> settings = TestDatabase.settingsFor("postgres");
        Map<String, String> environment = new java.util.HashMap<>();
        settings.forEach((name, value) -> environment.put(Setting.variable(name), value));

        assertThat(run(environment, "check")).isEqualTo(1);
        assertThat(out.toString(UTF_8)).containsOnlyOnce("looked for the tables");
        assertThat(complaint())
                .contains("not Indico's: looked for the tables public.alembic_version, categories.categories,"
                        + " events.events")
                .endsWith("(not_indico)");
        try (Exporter exporter = Exporter.start(settings)) {
            Answer answer = Answer.get(exporter.uri());
            assertThat(answer.value("indico_up")).isZero();
            assertThat(answer.value("indico_database_error{reason=\"not_indico\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aMissingPrivilegeSkipsWhatNeedsItAndTheRestWorks() throws Exception {
        Map<String, String> reader = database.environment(
                "profile", "compatible", "database.user", "reader_without_rooms", "database.password", "reader");

        assertThat(run(reader, "once")).isZero();
        assertThat(out.toString(UTF_8))
                .contains("indico_collector_skipped{collector=\"rooms\",reason=\"privilege_missing\"} 1.0")
                .contains("indico_num_active_events 0.0")
                .doesNotContain("indico_num_active_rooms");
        assertThat(err.toString(UTF_8)).isEmpty();
        out.reset();

        assertThat(run(reader, "check")).isEqualTo(1);
        assertThat(out.toString(UTF_8).lines())
                .anyMatch(line -> line.matches("rooms .*CANNOT RUN: the login may not read .*roombooking\\.rooms.*"))
                .anyMatch(line -> line.matches("events .*runs"))
                .noneMatch(line -> line.startsWith("WARNING"));
    }

    @Test
    void rowSecurityIsReportedBeforeAQueryAndNothingIsReadThroughIt() {
        Map<String, String> reader = database.environment(
                "profile", "compatible", "database.user", "reader_without_rooms", "database.password", "reader");
        database.execute("ALTER TABLE users.users ENABLE ROW LEVEL SECURITY");
        try {
            assertThat(run(reader, "check")).isEqualTo(1);
            assertThat(out.toString(UTF_8).lines())
                    .anyMatch(line -> line.matches("users .*FAILED: row-level security applies .* on users\\.users,.*"))
                    .anyMatch(line -> line.matches("events .*runs"));
            out.reset();

            assertThat(run(reader, "once")).isEqualTo(1);
            assertThat(out.toString(UTF_8))
                    .contains("indico_collector_success{collector=\"users\"} 0.0")
                    .contains("indico_collector_failing{collector=\"users\",reason=\"privilege\"} 1.0")
                    .doesNotContain("indico_num_users");
        } finally {
            database.execute("ALTER TABLE users.users DISABLE ROW LEVEL SECURITY");
        }
    }

    @Test
    void checkWarnsOfAViewInPlaceOfATable() {
        database.execute("ALTER TABLE users.users RENAME TO hidden");
        database.execute("CREATE VIEW users.users AS SELECT * FROM users.hidden WHERE id < 0");
        try {
            assertThat(run(database.environment(), "check")).isZero();
            assertThat(out.toString(UTF_8))
                    .contains("WARNING    users.users is a view, not a table: rows that it leaves out are not counted");
        } finally {
            database.execute("DROP VIEW users.users");
            database.execute("ALTER TABLE users.hidden RENAME TO users");
        }
    }

    @Test
    void checkReportsWhatRunsAndWhatItCosts() {
        assertThat(run(database.environment("profile", "compatible", "exclude", "notes", "ttl.events", "10m"), "check"))
                .isZero();

        String text = out.toString(UTF_8);
        assertThat(text)
                .startsWith("settings   no file (--config and INDICO_METRICS_CONFIG are not set)\n")
                .contains("database   jdbc:postgresql://")
                .contains("(as in Indico " + database.indico().release().version() + ")")
                .contains("zone       Europe/Zurich (root category)")
                .contains("WARNING    the login is a superuser")
                .doesNotContain(PostgresServer.shared().password() + "@");
        assertThat(text.lines())
                .anyMatch(line -> line.matches("events +standard +10m +1 +[0-9.]+ m?s +\\d+ +\\d+ +[0-9.]+ %  runs"))
                .anyMatch(line -> line.matches("users +standard .* [1-9]\\d* +[1-9]\\d* +[0-9.]+ %  runs"))
                .anyMatch(line -> line.matches("all that run +2\\d +[0-9.]+ m?s +[1-9]\\d* +[1-9]\\d* +[0-9.]+ % *"))
                .anyMatch(line -> line.matches("collector +class +.* buffers +share of a core +"))
                .noneMatch(line -> line.startsWith("notes"));
        assertThat(text)
                .endsWith("\nShare of a core: at most this share of one core of the database server, however often the"
                        + " exporter is scraped.\nlisten     127.0.0.1:0\n");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void checkNamesTheFileThatItRead(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("exporter.yaml"), "zone: UTC\n");

        assertThat(run(database.environment("config", file.toString()), "check"))
                .isZero();
        assertThat(out.toString(UTF_8)).startsWith("settings   " + file + "\n");
    }

    @Test
    void oncePrintsTheValuesOfAnotherInstant() {
        assertThat(run(database.environment(), "once", "--at", "2020-01-01T00:00:00Z"))
                .isZero();

        assertThat(out.toString(UTF_8))
                .startsWith("# HELP ")
                .contains("\nindico_up 1.0\n")
                .endsWith("\n");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void aCollectorThatNobodyHasIsRefusedWithTheNearest() {
        assertThat(run(database.environment("collectors", "evens"), "once")).isEqualTo(2);
        assertThat(complaint())
                .startsWith(
                        "indico-metrics-exporter: INDICO_METRICS_COLLECTORS: got a collector \"evens\" (did you mean"
                                + " events?), expected some of abstracts, ");
        err.reset();
        assertThat(run(database.environment(), "once", "--ttl-evens=5m")).isEqualTo(2);
        assertThat(complaint()).startsWith("indico-metrics-exporter: --ttl-evens: got a collector");
    }

    private int run(Map<String, String> environment, String... arguments) {
        return ExporterMain.run(
                arguments, environment, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    private String complaint() {
        String text = err.toString(UTF_8);
        err.reset();
        assertThat(text.lines()).hasSize(1);
        return text.strip();
    }
}
