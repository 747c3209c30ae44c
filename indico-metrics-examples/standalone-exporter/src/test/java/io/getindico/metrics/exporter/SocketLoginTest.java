package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.getindico.metrics.exporter.database.Credentials;
import io.getindico.metrics.exporter.database.DatabasePool;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.testing.PostgresServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins over a Unix socket, without a password, on a server that asks for one over TCP. */
@Timeout(60)
final class SocketLoginTest {
    private static PostgresServer server;
    private static String folder;
    private static String port;

    /** The map admits every system user, because the tests may run as any of them. */
    @BeforeAll
    static void start() throws SQLException {
        server = PostgresServer.start();
        try (Connection connection = overTcp();
                Statement statement = connection.createStatement()) {
            folder = show(statement, "data_directory");
            port = show(statement, "port");
            statement.execute("CREATE ROLE indico_metrics LOGIN");
            statement.execute("CREATE ROLE other LOGIN");
            write(statement, "hba_file", "local all all peer map=any\nhost all all 127.0.0.1/32 scram-sha-256");
            write(statement, "ident_file", "any /^.*$ indico_metrics");
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Connection overTcp() throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl("postgres"), server.user(), server.password());
    }

    private static String show(Statement statement, String setting) throws SQLException {
        try (ResultSet result = statement.executeQuery("SHOW " + setting)) {
            result.next();
            return result.getString(1);
        }
    }

    /** COPY writes one line for each row. */
    private static void write(Statement statement, String setting, String lines) throws SQLException {
        statement.execute(
                "COPY (SELECT unnest(string_to_array('" + lines + "', '\n'))) TO '" + show(statement, setting) + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://indico_metrics@/postgres?host=FOLDER&port=PORT",
                "postgresql://indico_metrics@ENCODED:PORT/postgres",
                "postgresql+psycopg2://indico_metrics@ENCODED:PORT/postgres?sslmode=require",
                "jdbc:postgresql:///postgres?user=indico_metrics&host=FOLDER&port=PORT"
            })
    void logsInWithoutAPassword(String url) throws SQLException {
        try (DatabasePool pool = pool(url);
                Connection connection = pool.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT current_user, inet_client_addr() IS NULL, repeat('x', 300000)")) {
            result.next();
            assertThat(result.getString(1)).isEqualTo("indico_metrics");
            assertThat(result.getBoolean(2)).isTrue();
            assertThat(result.getString(3)).hasSize(300_000);
        }
    }

    @Test
    void saysWhatPeerAuthenticationNeeds() {
        try (DatabasePool pool = pool("postgresql://other@ENCODED:PORT/postgres")) {
            SQLException thrown = catchThrowableOfType(
                    SQLException.class, () -> pool.dataSource().getConnection());

            assertThat(thrown.getSQLState()).isEqualTo("28000");
            assertThat(thrown.getMessage())
                    .isEqualTo("FATAL: Peer authentication failed for user \"other\"; this process runs as the system"
                            + " user '" + System.getProperty("user.name") + "': peer authentication needs a role of the"
                            + " same name, or a map in pg_ident.conf");
        }
    }

    @Test
    void namesTheSocketThatIsNotThere() {
        try (DatabasePool pool = pool("postgresql://u@ENCODED:1/postgres")) {
            SQLException thrown = catchThrowableOfType(
                    SQLException.class, () -> pool.dataSource().getConnection());

            assertThat(thrown.getSQLState()).startsWith("08");
            assertThat(thrown.getMessage())
                    .isEqualTo("cannot connect to " + folder + "/.s.PGSQL.1: No such file or directory; check that"
                            + " PostgreSQL runs, and compare its unix_socket_directories and port with database.url");
        }
    }

    @Test
    void cancelsAQuery() throws Exception {
        try (DatabasePool pool = pool();
                Connection connection = pool.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            FutureTask<Boolean> query = start(statement, "SELECT pg_sleep(50)");
            waitFor("pg_sleep(50)");
            statement.cancel();

            assertThatThrownBy(query::get).cause().hasMessageContaining("canceling statement due to user request");
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void endsAQueryWhenItsConnectionIsAborted() throws Exception {
        try (DatabasePool pool = pool()) {
            Connection connection = pool.dataSource().getConnection();
            FutureTask<Boolean> query = start(connection.createStatement(), "SELECT pg_sleep(51)");
            waitFor("pg_sleep(51)");
            connection.abort(Executors.newSingleThreadExecutor());

            assertThatThrownBy(query::get).cause().isInstanceOf(SQLException.class);
        }
    }

    @Test
    void limitsTheWaitForAnAnswer() throws Exception {
        try (DatabasePool pool = pool();
                Connection connection = pool.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, 300);

            assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(52)"))
                    .isInstanceOf(SQLException.class)
                    .extracting(thrown -> ((SQLException) thrown).getSQLState())
                    .isEqualTo("08006");
        }
    }

    private static FutureTask<Boolean> start(Statement statement, String sql) {
        FutureTask<Boolean> query = new FutureTask<>(() -> statement.execute(sql));
        new Thread(query).start();
        return query;
    }

    private static void waitFor(String query) throws Exception {
        try (Connection connection = overTcp();
                Statement statement = connection.createStatement()) {
            Waiting.until("the query runs", () -> {
                try (ResultSet found = statement.executeQuery("SELECT FROM pg_stat_activity WHERE state = 'active' AND"
                        + " query = 'SELECT " + query + "'")) {
                    return found.next();
                }
            });
        }
    }

    private static DatabasePool pool() {
        return pool("postgresql://indico_metrics@ENCODED:PORT/postgres");
    }

    private static DatabasePool pool(String url) {
        String complete = url.replace("ENCODED", URLEncoder.encode(folder, StandardCharsets.UTF_8))
                .replace("FOLDER", folder)
                .replace("PORT", port);
        Settings settings = Settings.of(Map.of("database.url", complete));
        return new DatabasePool(settings.databaseUrl(), Credentials.of(settings));
    }
}
