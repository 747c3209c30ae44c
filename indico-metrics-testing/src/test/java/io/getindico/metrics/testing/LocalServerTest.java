package io.getindico.metrics.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalServerTest {
    @Test
    void theEmbeddedServerAcceptsPasswordsOnLoopbackOnly() throws IOException, SQLException {
        LocalServer server =
                LocalServer.start(Binaries.embedded(), Account.candidates().get(0));
        try (server) {
            assertThat(server.origin()).matches("embedded PostgreSQL 16\\.\\d+ .+");
            assertThat(setting(server, "listen_addresses")).isEqualTo("127.0.0.1");
            // The data folder, which only the server's user may enter.
            assertThat(setting(server, "unix_socket_directories")).isEqualTo(".");
            assertThatThrownBy(() -> connect(server, "wrong"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
            server.stop();
            assertThatThrownBy(() -> connect(server, server.password())).isInstanceOf(SQLException.class);
            server.start();
            connect(server, server.password()).close();
        }
        assertThat(server.log().getParent()).doesNotExist();
        server.close();
    }

    @Test
    void everyAllowedAccountRunsTheEmbeddedServer() throws IOException {
        List<Account> allowed =
                Account.candidates().stream().filter(LocalServerTest::isAllowed).toList();
        assertThat(allowed).isNotEmpty();
        for (Account account : allowed) {
            try (LocalServer server = LocalServer.start(Binaries.embedded(), account)) {
                assertThat(server.origin()).endsWith(account.description());
            }
        }
    }

    @Test
    void usesTheProgramsOnThePath() throws IOException {
        String path = "/nowhere" + File.pathSeparator + Binaries.embedded().folder();
        Binaries system = Binaries.ofSystem(path, Path.of("/nowhere"));
        try (RunningServer server = ServerSource.startFirst(ServerSource.local(system))) {
            assertThat(server.origin()).startsWith("system PostgreSQL 16.");
        }
    }

    private static boolean isAllowed(Account account) {
        try {
            account.check();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String setting(RunningServer server, String name) throws SQLException {
        try (Connection connection = connect(server, server.password());
                var result = connection.createStatement().executeQuery("SHOW " + name)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }

    private static Connection connect(RunningServer server, String password) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl("postgres"), server.user(), password);
    }
}
