package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.getindico.metrics.exporter.database.Credentials;
import io.getindico.metrics.exporter.database.DatabasePool;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.testing.PostgresServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The message that an operator reads when TLS fails, from a server that encrypts. */
final class TlsLoginTest {
    @TempDir
    private static Path folder;

    private static PostgresServer server;
    private static Certificates certificates;
    private static Path authority;
    private static Path otherAuthority;

    @BeforeAll
    static void startServer() throws Exception {
        server = PostgresServer.start();
        certificates = new Certificates(folder);
        authority = certificates.authority("authority");
        otherAuthority = certificates.authority("other");
        certificates.server("good", "authority", "ip:127.0.0.1", "-1d");
        certificates.server("named", "authority", "dns:db.example.org", "-1d");
        certificates.server("expired", "authority", "ip:127.0.0.1", "-10d");
        certificates.server("early", "authority", "ip:127.0.0.1", "+10d");
        show("good");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    /** Makes the server present this certificate from now on. */
    private static void show(String name) throws Exception {
        write(name + ".crt", certificates.certificate(name));
        write(name + ".key", certificates.key(name));
        execute("ALTER SYSTEM SET ssl_cert_file = '" + name + ".crt'");
        execute("ALTER SYSTEM SET ssl_key_file = '" + name + ".key'");
        execute("ALTER SYSTEM SET ssl = on");
        execute("SELECT pg_reload_conf()");
        // PostgreSQL forks a process for each session, which inherits the settings and the certificate.
        Waiting.until(
                "the certificate is shown", () -> read("SHOW ssl_cert_file").equals(name + ".crt"));
    }

    /** Writes a file to the server's folder, as the server's user. */
    private static void write(String file, String text) throws SQLException {
        execute("COPY (SELECT unnest(string_to_array('" + text + "', E'\\n'))) TO PROGRAM 'umask 077; cat > " + file
                + "'");
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String read(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl("postgres"), server.user(), server.password());
    }

    @Test
    void acceptsACertificateOfTheAuthority() throws Exception {
        show("good");
        try (DatabasePool pool = pool("127.0.0.1", "?sslmode=verify-full&sslrootcert=" + authority);
                Connection connection = pool.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            rows.next();
            assertThat(rows.getBoolean(1)).isTrue();
        }
    }

    @Test
    void reportsAMissingCertificateAuthority() throws Exception {
        show("good");
        // 0.0.0.0 leads to this machine, but the exporter does not count it as local.
        assertThat(failure("0.0.0.0", ""))
                .startsWith("the server's certificate cannot be verified: sslrootcert is not given and there is no "
                        + System.getProperty("user.home"))
                .endsWith("; sslmode=verify-full is the default for a host that is not local: add sslrootcert=FILE to"
                        + " database.url (or sslrootcert=system for the certificates that Java trusts), or"
                        + " sslmode=disable to do without encryption");
        assertThat(failure("127.0.0.1", "?sslmode=verify-ca"))
                .startsWith("the server's certificate cannot be verified: sslrootcert is not given")
                .doesNotContain("is the default");
    }

    @Test
    void anAuthorityThatDidNotSignIsNamed() throws Exception {
        show("good");
        assertThat(failure("127.0.0.1", "?sslmode=verify-full&sslrootcert=" + otherAuthority))
                .isEqualTo("the server's certificate is not signed by an authority in " + otherAuthority
                        + "; name the file of its authority by sslrootcert=FILE in database.url");
        assertThat(failure("127.0.0.1", "?sslmode=verify-full&sslrootcert=system"))
                .isEqualTo("the server's certificate is not signed by an authority that Java trusts; name the file of"
                        + " its authority by sslrootcert=FILE in database.url");
    }

    @Test
    void aCertificateForOtherHostsIsReported() throws Exception {
        show("named");
        assertThat(failure("127.0.0.1", "?sslmode=verify-full&sslrootcert=" + authority))
                .isEqualTo("the server's certificate is not for the host 127.0.0.1; write a host that it is for into"
                        + " database.url, or add sslmode=verify-ca to check its authority alone");
        // The advice in the message works.
        try (DatabasePool pool = pool("127.0.0.1", "?sslmode=verify-ca&sslrootcert=" + authority)) {
            pool.dataSource().getConnection().close();
        }
    }

    @Test
    void aCertificateOfAnotherTimeIsReported() throws Exception {
        show("expired");
        assertThat(failure("127.0.0.1", "?sslmode=verify-full&sslrootcert=" + authority))
                .startsWith("the server's certificate has expired (NotAfter: ")
                .endsWith("); have it renewed");
        show("early");
        assertThat(failure("127.0.0.1", "?sslmode=verify-full&sslrootcert=" + authority))
                .startsWith("the server's certificate is not valid yet (NotBefore: ")
                .endsWith("); compare the clocks of both machines");
    }

    @Test
    void aFileOfNoCertificateIsNamed() throws Exception {
        show("good");
        Path file = Files.writeString(folder.resolve("text.pem"), "no certificate");
        assertThat(failure("127.0.0.1", "?sslmode=verify-ca&sslrootcert=" + file))
                .isEqualTo("there is no certificate in " + file
                        + ", which database.url names by sslrootcert; expected one in PEM");
    }

    private static String failure(String host, String parameters) {
        try (DatabasePool pool = pool(host, parameters)) {
            SQLException thrown = catchThrowableOfType(
                    SQLException.class, () -> pool.dataSource().getConnection());
            assertThat(thrown.getSQLState()).startsWith("08");
            assertThat(thrown.getMessage()).doesNotContain("\n");
            return String.valueOf(thrown.getMessage());
        }
    }

    private static DatabasePool pool(String host, String parameters) {
        URI address = URI.create(server.jdbcUrl("postgres").substring("jdbc:".length()));
        Map<String, String> settings = new HashMap<>();
        settings.put("database.url", "postgresql://" + host + ":" + address.getPort() + "/postgres" + parameters);
        settings.put("database.user", server.user());
        settings.put("database.password", server.password());
        Settings all = Settings.of(settings);
        return new DatabasePool(all.databaseUrl(), Credentials.of(all));
    }
}
