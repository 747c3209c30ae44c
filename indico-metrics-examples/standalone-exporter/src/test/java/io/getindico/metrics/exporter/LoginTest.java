package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.getindico.metrics.exporter.database.Credentials;
import io.getindico.metrics.exporter.database.DatabasePool;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pool's behaviour towards the server, counted on the wire. */
final class LoginTest {
    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    @Test
    void aRefusedLoginIsTriedOnceAndItsReasonPassedOn() throws Exception {
        try (Relay relay = Relay.to(database.indico().jdbcUrl());
                DatabasePool pool = pool(relay, "database.password", "wrong")) {
            for (int attempts = 1; attempts <= 3; attempts++) {
                SQLException thrown = catchThrowableOfType(
                        SQLException.class, () -> pool.dataSource().getConnection());

                assertThat(thrown.getSQLState()).isEqualTo("28P01");
                assertThat(relay.accepted()).isEqualTo(attempts);
            }
            // A pool that tries again behind one's back does so while the next one asks, or within its first second.
            try (Connection other = database.indico().dataSource().getConnection()) {
                other.createStatement().execute("select pg_sleep(1.5)");
            }
            assertThat(relay.accepted()).isEqualTo(3);
        }
    }

    @Test
    void thereAreAtMostThreeSessionsAndAFourthIsRefusedSoon() throws Exception {
        try (Relay relay = Relay.to(database.indico().jdbcUrl());
                DatabasePool pool = pool(relay)) {
            List<Connection> open = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                open.add(pool.dataSource().getConnection());
            }
            long start = System.nanoTime();
            SQLException thrown = catchThrowableOfType(
                    SQLException.class, () -> pool.dataSource().getConnection());
            assertThat(thrown.getMessage()).isNotEmpty();
            assertThat((System.nanoTime() - start) / 1e9).isBetween(1.5, 4.0);
            assertThat(relay.accepted()).isEqualTo(3);

            for (Connection connection : open) {
                connection.close();
            }
            pool.dataSource().getConnection().close();
            assertThat(relay.accepted()).isEqualTo(3);
        }
    }

    /** A JVM that has just started on a busy machine may need some seconds more. */
    @ParameterizedTest
    @CsvSource({
        "sslmode=disable, 8, loginTimeout",
        "loginTimeout=1, 1, loginTimeout",
        "connectTimeout=2, 2, loginTimeout",
        "sslmode=disable&socketTimeout=2, 2, socketTimeout",
        "loginTimeout=2&socketTimeout=9, 2, loginTimeout",
        "loginTimeout=2&socketTimeout=0, 2, loginTimeout"
    })
    void aServerThatDoesNotAnswerIsGivenUpAfterSomeSeconds(String parameter, int seconds, String remedy)
            throws Exception {
        try (Relay relay = Relay.silent();
                DatabasePool pool = pool(Map.of("database.url", url(relay) + "?" + parameter))) {
            long start = System.nanoTime();
            SQLException thrown = catchThrowableOfType(
                    SQLException.class, () -> pool.dataSource().getConnection());

            assertThat(thrown.getSQLState()).startsWith("08");
            assertThat((System.nanoTime() - start) / 1e9).isBetween(seconds - 0.5, seconds + 2.0);
            assertThat(thrown.getMessage())
                    .isEqualTo("no answer from 127.0.0.1:" + relay.port() + " within " + seconds
                            + " s; check host, port, firewall and load, or wait longer with " + remedy
                            + "=SECONDS in database.url");
        }
    }

    /** A first login may take this long in total. The test above covers the limit. */
    @Test
    void aSlowLoginIsWaitedFor() throws Exception {
        try (Relay relay = Relay.to(database.indico().jdbcUrl()).delayedBy(Duration.ofMillis(3500));
                DatabasePool pool = pool(relay)) {
            try (Connection connection = pool.dataSource().getConnection()) {
                assertThat(connection.isValid(5)).isTrue();
            }
        }
    }

    @Test
    void idleSessionsAreLetGoSoThatTheDatabaseCanBeCopiedAndRenamed() throws Exception {
        TestDatabase own = new TestDatabase();
        String name = own.indico().name();
        Settings settings = Settings.of(own.settings());
        try (DatabasePool pool =
                        new DatabasePool(settings.databaseUrl(), Credentials.of(settings), Duration.ofMillis(300));
                Connection admin = database.indico().dataSource().getConnection();
                Statement statement = admin.createStatement()) {
            useAtOnce(pool, 3);
            Waiting.until("no session is left", () -> sessions(statement, name) == 0);
            statement.execute("CREATE DATABASE idle_copy TEMPLATE " + name);
            statement.execute("DROP DATABASE idle_copy");
            statement.execute("ALTER DATABASE " + name + " RENAME TO idle_renamed");
            statement.execute("ALTER DATABASE idle_renamed RENAME TO " + name);
            useAtOnce(pool, 1);
        } finally {
            own.close();
        }
    }

    @Test
    void aSessionInUseEveryMomentIsKept() throws Exception {
        Settings settings = Settings.of(database.settings());
        try (Relay relay = Relay.to(database.indico().jdbcUrl());
                DatabasePool pool = new DatabasePool(
                        Settings.of(toRelay(relay)).databaseUrl(), Credentials.of(settings), Duration.ofSeconds(1))) {
            useAtOnce(pool, 2);
            for (int i = 0; i < 20; i++) {
                Thread.sleep(100);
                useAtOnce(pool, 1);
            }
            assertThat(relay.accepted()).isEqualTo(2);
        }
    }

    /** Longer than the usual scrape interval. Otherwise each scrape would log in again. */
    @Test
    void aSessionIdlesForAboutAMinute() {
        assertThat(DatabasePool.MAX_IDLE).isBetween(Duration.ofSeconds(65), Duration.ofSeconds(80));
    }

    private static void useAtOnce(DatabasePool pool, int number) throws SQLException {
        List<Connection> used = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            used.add(pool.dataSource().getConnection());
        }
        for (Connection connection : used) {
            connection.close();
        }
    }

    private static int sessions(Statement statement, String database) throws SQLException {
        try (ResultSet count =
                statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE datname = '" + database + "'")) {
            count.next();
            return count.getInt(1);
        }
    }

    @Test
    void aSessionThatTheServerEndedIsReplaced() throws Exception {
        try (Relay relay = Relay.to(database.indico().jdbcUrl());
                DatabasePool pool = pool(relay)) {
            pool.dataSource().getConnection().close();
            relay.cut();
            try (Connection connection = pool.dataSource().getConnection()) {
                assertThat(connection.isValid(5)).isTrue();
            }
            assertThat(relay.accepted()).isEqualTo(2);
        }
    }

    @Test
    void theRemedyForTheDefaultEncryptionIsReported() throws Exception {
        // The name leads here, but by its name alone it is not local.
        try (Relay relay = Relay.to(database.indico().jdbcUrl());
                DatabasePool pool =
                        pool(Map.of("database.url", "postgresql://u@0.0.0.0:" + relay.port() + "/indico"))) {
            SQLException thrown = catchThrowableOfType(
                    SQLException.class, () -> pool.dataSource().getConnection());

            assertThat(thrown.getMessage()).contains("sslmode=verify-full is the default for a host that is not local");
            assertThat(thrown.getSQLState()).startsWith("08");
            assertThat(thrown.getMessage()).doesNotContain("\n");
        }
    }

    @Test
    void reportsAMissingPassword() throws Exception {
        String url = "postgresql://" + PostgresServer.shared().user() + "@"
                + database.indico().jdbcUrl().replaceFirst("^jdbc:postgresql://", "");
        try (DatabasePool pool = pool(Map.of("database.url", url))) {
            SQLException thrown = catchThrowableOfType(
                    SQLException.class, () -> pool.dataSource().getConnection());

            assertThat(thrown.getMessage())
                    .isEqualTo("the server asks for a password; give it by database.password-file");
            assertThat(thrown.getSQLState()).isEqualTo("28000");
        }
    }

    @Test
    void hidesAPasswordThatTheServerRepeats() throws Exception {
        try (BadServer server = BadServer.echo();
                DatabasePool pool = pool(Map.of(
                        "database.url",
                        "postgresql://u@127.0.0.1:" + server.port() + "/indico",
                        "database.password",
                        "s3cr3t"))) {
            SQLException thrown = catchThrowableOfType(
                    SQLException.class, () -> pool.dataSource().getConnection());

            assertThat(thrown.getMessage()).contains("wrong password \"***\" of somebody");
            assertThat(thrown.getSQLState()).isEqualTo("28P01");
            assertThat(thrown.getCause()).isNull();
        }
    }

    private static DatabasePool pool(Relay relay, String... more) {
        return pool(toRelay(relay, more));
    }

    private static Map<String, String> toRelay(Relay relay, String... more) {
        Map<String, String> settings = database.settings(more);
        settings.put("database.url", url(relay));
        settings.putIfAbsent("database.user", PostgresServer.shared().user());
        return settings;
    }

    private static String url(Relay relay) {
        return "jdbc:postgresql://127.0.0.1:" + relay.port() + "/"
                + database.indico().name();
    }

    private static DatabasePool pool(Map<String, String> byName) {
        Settings settings = Settings.of(byName);
        return new DatabasePool(settings.databaseUrl(), Credentials.of(settings));
    }
}
