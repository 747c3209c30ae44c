package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.getindico.metrics.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the pool behaves towards the server, counted on the wire. */
final class LoginTest {
    private static TestDatabase database;

    @BeforeAll
    static void createDatabase() {
        database = new TestDatabase();
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

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

    @Test
    void aServerThatDoesNotAnswerIsGivenUpSoon() throws Exception {
        try (Relay relay = Relay.silent();
                DatabasePool pool = pool(relay)) {
            long start = System.nanoTime();
            SQLException thrown = catchThrowableOfType(
                    SQLException.class, () -> pool.dataSource().getConnection());

            assertThat(thrown.getSQLState()).startsWith("08");
            assertThat((System.nanoTime() - start) / 1e9).isLessThan(4.0);
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
    void theWayOutOfTheDefaultEncryptionIsTold() throws Exception {
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
    void aPasswordThatIsNotGivenIsMissed() throws Exception {
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
    void aPasswordThatTheServerRepeatsIsNotPassedOn() throws Exception {
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
        Map<String, String> settings = database.settings(more);
        settings.put(
                "database.url",
                "jdbc:postgresql://127.0.0.1:" + relay.port() + "/"
                        + database.indico().name());
        settings.putIfAbsent("database.user", PostgresServer.shared().user());
        return pool(settings);
    }

    private static DatabasePool pool(Map<String, String> byName) {
        Settings settings = Settings.of(byName);
        return new DatabasePool(settings.databaseUrl(), Credentials.of(settings));
    }
}
