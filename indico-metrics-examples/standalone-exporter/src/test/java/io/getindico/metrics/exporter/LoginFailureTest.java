package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.getindico.metrics.exporter.database.Credentials;
import io.getindico.metrics.exporter.database.DatabasePool;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.testing.PostgresServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The message that an operator reads when a server refuses a session: the cause and the remedy. */
final class LoginFailureTest {
    private static final String ROLE = "reader_of_login_failure_test";
    private static final String NOT_POSTGRESQL = "; check the port";

    private static TestDatabase database;
    private static String place;

    @TempDir
    Path folder;

    @BeforeAll
    static void createDatabase() {
        database = new TestDatabase();
        URI address = URI.create(database.indico().jdbcUrl().substring("jdbc:".length()));
        place = address.getHost() + ":" + address.getPort();
        database.execute("CREATE ROLE " + ROLE + " LOGIN PASSWORD 'golden'");
        database.execute("REVOKE CONNECT ON DATABASE " + database.indico().name() + " FROM PUBLIC");
    }

    @AfterAll
    static void dropDatabase() {
        database.execute("DROP OWNED BY " + ROLE);
        database.execute("DROP ROLE " + ROLE);
        database.close();
    }

    @Test
    void ifNobodyListensTheSystemsMessageIsReported() {
        SQLException thrown = failure("postgresql://u@127.0.0.1:9/indico");

        assertThat(thrown.getMessage())
                .startsWith("cannot connect to 127.0.0.1:9: ")
                .endsWith("; check host and port, and that PostgreSQL listens there");
        assertThat(thrown.getSQLState()).isEqualTo("08001");
    }

    @Test
    void allOfSeveralHostsAreNamed() {
        assertThat(failure("postgresql://u@127.0.0.1:9,127.0.0.1:10/indico").getMessage())
                .startsWith("cannot connect to any of 127.0.0.1:9, 127.0.0.1:10; the last one: ");
    }

    @Test
    void anUnknownHostIsNamed() {
        assertThat(failure("postgresql://u@nosuch.invalid/indico").getMessage())
                .isEqualTo("cannot connect to nosuch.invalid:5432: unknown host nosuch.invalid; check database.url, and"
                        + " that this machine can resolve the name");
    }

    @ParameterizedTest
    @CsvSource({"'', 8", "?loginTimeout=1, 1", "?connect_timeout=1, 1"})
    void aSilentServerIsWaitedForAsLongAsTheUrlSays(String parameters, int seconds) throws Exception {
        try (Relay relay = Relay.silent()) {
            String host = "127.0.0.1:" + relay.port();
            long start = System.nanoTime();

            assertThat(failure("postgresql://u@" + host + "/indico" + parameters)
                            .getMessage())
                    .isEqualTo("no answer from " + host + " within " + seconds + " s; check host, port, firewall and"
                            + " load, or wait longer with loginTimeout=SECONDS in database.url");
            assertThat((System.nanoTime() - start) / 1e9).isBetween(seconds - 0.5, seconds + 1.5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?sslmode=disable", "?sslmode=require"})
    void aServerThatIsNotPostgresqlIsReported(String parameters) throws Exception {
        try (BadServer http = BadServer.saying("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
                BadServer ssh = BadServer.saying("SSH-2.0-OpenSSH_9.2p1\r\n");
                BadServer closing = BadServer.saying("")) {
            for (BadServer server : new BadServer[] {http, ssh, closing}) {
                String host = "127.0.0.1:" + server.port();
                assertThat(failure("postgresql://u@" + host + "/indico" + parameters)
                                .getMessage())
                        .as("%s%s", server, parameters)
                        .contains(host)
                        .contains("PostgreSQL")
                        .endsWith(NOT_POSTGRESQL);
            }
        }
    }

    @Test
    void aWrongPasswordIsReportedWithItsSource() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "wr0ng\n");
        SQLException thrown = failure(url(), "database.user", ROLE, "database.password-file", file.toString());

        assertThat(thrown.getSQLState()).isEqualTo("28P01");
        assertThat(thrown.getMessage())
                .isEqualTo("FATAL: password authentication failed for user \"" + ROLE + "\"; check the password in "
                        + file + "; the server's log says more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"golden ", " golden", "golden\u00a0"})
    void aBlankAroundAPasswordIsReported(String password) throws Exception {
        Path file = Files.writeString(folder.resolve("password"), password + "\n");

        assertThat(failure(url(), "database.user", ROLE, "database.password-file", file.toString())
                        .getMessage())
                .contains("; check the password in " + file + ", which begins or ends with a blank; ");
    }

    @Test
    void aDefaultLoginIsReported() {
        assertThat(failure(url(), "database.password", "wr0ng").getMessage())
                .contains("; no user is given, so the name of the system user was used: set database.user");
    }

    @Test
    void aDatabaseThatTheLoginMayNotConnectToIsARefusedLogin() {
        SQLException thrown = failure(url(), "database.user", ROLE, "database.password", "golden");

        assertThat(thrown.getSQLState()).isEqualTo("42501");
        assertThat(thrown.getMessage())
                .isEqualTo("FATAL: permission denied for database \""
                        + database.indico().name() + "\"; run role.sql on it, which grants CONNECT");
    }

    @Test
    void aMissingDatabaseIsReported() {
        SQLException thrown = failure(
                "postgresql://" + place + "/nosuch",
                "database.user",
                PostgresServer.shared().user(),
                "database.password",
                PostgresServer.shared().password());

        assertThat(thrown.getSQLState()).isEqualTo("3D000");
        assertThat(thrown.getMessage()).isEqualTo("FATAL: database \"nosuch\" does not exist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.0.0.0 | '' | ; sslmode=verify-full is the default for a host that is not local",
                "127.0.0.1 | ?sslmode=require | ''",
                "0.0.0.0 | ?sslrootcert=system | ; sslmode=verify-full is the default for a host that is not local",
            })
    void aServerWithoutTlsIsReported(String host, String parameters, String byDefault) {
        String hostAndPort = host + place.substring(place.indexOf(':'));

        assertThat(failure("postgresql://u@" + hostAndPort + "/indico" + parameters)
                        .getMessage())
                .isEqualTo(hostAndPort + " does not offer TLS" + byDefault
                        + ": turn it on there (ssl = on in postgresql.conf, client_tls_sslmode in pgbouncer.ini), or"
                        + " add sslmode=disable to database.url to do without encryption");
    }

    @Test
    void aMissingFileOfTheUrlIsNamedBeforeTheServerIsAsked() throws Exception {
        Path file = Files.writeString(folder.resolve("ca.pem"), "x");
        String url = "postgresql://u@127.0.0.1:9/indico?sslrootcert=";
        String flaw = "its parameter sslrootcert is \"" + folder.resolve("gone.pem")
                + "\", expected a file that can be read, but it does not exist";

        assertThat(failure(url + folder.resolve("gone.pem")).getMessage()).isEqualTo("database.url: " + flaw);
        assertThat(failure(url + folder).getMessage()).endsWith("but it is a folder");
        assertThat(failure(url + file).getMessage()).startsWith("cannot connect");
        SettingException thrown = catchThrowableOfType(
                SettingException.class,
                () -> MetricsAssembly.of(Settings.of(
                                Map.of(), Map.of("INDICO_METRICS_DATABASE_URL", url + folder.resolve("gone.pem"))))
                        .close());
        assertThat(thrown.line()).isEqualTo("INDICO_METRICS_DATABASE_URL: " + flaw + "; correct it");
    }

    @ParameterizedTest
    @CsvSource({
        "target_session_attrs=standby, secondary",
        "targetServerType=secondary, secondary",
    })
    void aServerOfAnotherTypeIsReported(String parameter, String type) {
        assertThat(failure(
                                url() + "?" + parameter,
                                "database.user",
                                PostgresServer.shared().user(),
                                "database.password",
                                PostgresServer.shared().password())
                        .getMessage())
                .isEqualTo("none of " + place + " is a " + type
                        + ", which database.url asks for by targetServerType or target_session_attrs; a server whose"
                        + " sessions only read counts as a standby");
    }

    private static String url() {
        return "postgresql://" + place + "/" + database.indico().name();
    }

    private static SQLException failure(String url, String... more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("database.url", url);
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        Settings all = Settings.of(settings);
        try (DatabasePool pool = new DatabasePool(all.databaseUrl(), Credentials.of(all))) {
            SQLException thrown = catchThrowableOfType(
                    SQLException.class, () -> pool.dataSource().getConnection());
            assertThat(thrown != null).as("refused").isTrue();
            assertThat(thrown.getMessage()).doesNotContain("\n");
            return thrown;
        }
    }
}
