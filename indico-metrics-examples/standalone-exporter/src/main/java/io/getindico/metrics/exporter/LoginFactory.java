package io.getindico.metrics.exporter;

import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import org.apache.commons.dbcp2.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.util.GT;

/** Opens one session of the database: one attempt, within some seconds. */
final class LoginFactory implements ConnectionFactory {
    /** A Java that has just started loads its classes meanwhile. The engine waits for ten seconds. */
    private static final String LOGIN_SECONDS = "8";

    private static final String CONNECT_SECONDS = "5";

    /** For one answer, outside of transactions, which have limits of their own. */
    private static final String SOCKET_SECONDS = "5";

    private static final String WAY_OUT = "; sslmode=verify-full is the default for a host that is not local: add"
            + " sslrootcert=FILE to database.url (or sslrootcert=system for the certificates that Java trusts), or"
            + " sslmode=disable to do without encryption";

    /** PostgreSQL's code for a login that it does not take. */
    private static final String REFUSED = "28000";

    private static final List<String> PASSWORD_IS_MISSED = List.of(
            "The server requested SCRAM-based authentication, but no password was provided.",
            "The server requested password-based authentication, but no password was provided by plugin {0}");

    /** The server says no before any login, or the connection failed. */
    private static final Set<String> BROKEN = Set.of("08004", "08006");

    private final Driver driver = new Driver();
    private final DatabaseUrl url;
    private final Credentials credentials;

    LoginFactory(DatabaseUrl url, Credentials credentials) {
        this.url = url;
        this.credentials = credentials;
    }

    @Override
    public Connection createConnection() throws SQLException {
        String password = credentials.currentPassword();
        try {
            Connection connection = driver.connect(url.jdbcUrl(), properties(password));
            if (connection == null) {
                throw new IllegalStateException("the driver does not take " + url.jdbcUrl());
            }
            return connection;
        } catch (SQLException e) {
            if (password == null && isAboutLogin(e)) {
                throw new SQLException("the server asks for a password; give it by database.password-file", REFUSED);
            }
            throw withoutPassword(withHint(e), password);
        }
    }

    private Properties properties(@Nullable String password) {
        Properties properties = new Properties();
        properties.setProperty("loginTimeout", LOGIN_SECONDS);
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("socketTimeout", SOCKET_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "indico-metrics");
        properties.setProperty("gssEncMode", "disable");
        // PgBouncer would lose a statement that is prepared on the server.
        properties.setProperty("prepareThreshold", "0");
        // The driver would keep statements for the next time; with instants in them, few come again.
        properties.setProperty("preparedStatementCacheQueries", "0");
        // The detail of an error can hold rows.
        properties.setProperty("logServerErrorDetail", "false");
        SortedMap<String, String> parameters = url.driverParameters();
        parameters.forEach(properties::setProperty);
        if ("system".equals(parameters.get("sslrootcert"))) {
            properties.remove("sslrootcert");
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        if (credentials.user() != null) {
            properties.setProperty("user", credentials.user());
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        return properties;
    }

    /** The driver says so with the code of a broken connection, in the language of the machine. */
    private static boolean isAboutLogin(SQLException thrown) {
        return PASSWORD_IS_MISSED.stream()
                .map(text -> GT.tr(text, "null"))
                .anyMatch(text -> text.equals(thrown.getMessage()));
    }

    /**
     * Encryption is the first thing agreed on, so what broke after the server was reached and before it spoke of the
     * login was that. Not told by the message, which is in the language of the machine.
     */
    private static boolean isAboutEncryption(SQLException thrown) {
        boolean isBroken = BROKEN.contains(String.valueOf(thrown.getSQLState()));
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < 10; cause = cause.getCause(), depth++) {
            if (cause instanceof SocketException
                    || cause instanceof EOFException
                    || cause instanceof InterruptedIOException) {
                return false;
            }
        }
        return isBroken;
    }

    /** What a server says of a login is its own affair; what it repeats of it is not passed on. */
    private static SQLException withoutPassword(SQLException thrown, @Nullable String password) {
        String message = String.valueOf(thrown.getMessage());
        return password == null || !message.contains(password)
                ? thrown
                : new SQLException(message.replace(password, "***"), thrown.getSQLState());
    }

    /** Which parameters of the URL may help; empty where none does. */
    private String hint(SQLException thrown) {
        if (GT.tr("Connection attempt timed out.").equals(thrown.getMessage())) {
            return " It had " + url.driverParameters().getOrDefault("loginTimeout", LOGIN_SECONDS)
                    + " s; loginTimeout in database.url gives it more, up to 10";
        }
        if (thrown.getCause() instanceof SocketTimeoutException) {
            return " No answer came in time; connectTimeout and socketTimeout in database.url give it more than "
                    + SOCKET_SECONDS + " s";
        }
        boolean isWayOutTaken = url.driverParameters().containsKey("sslrootcert");
        return url.isSslModeByDefault() && !isWayOutTaken && isAboutEncryption(thrown) ? WAY_OUT : "";
    }

    /** Without the original below it, whose message would be told instead. */
    private SQLException withHint(SQLException thrown) {
        String hint = hint(thrown);
        return hint.isEmpty() ? thrown : new SQLException(firstLine(thrown) + hint, thrown.getSQLState());
    }

    private static String firstLine(SQLException thrown) {
        return String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
    }
}
