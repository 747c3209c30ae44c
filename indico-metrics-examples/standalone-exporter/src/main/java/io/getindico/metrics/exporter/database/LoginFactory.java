package io.getindico.metrics.exporter.database;

import io.getindico.metrics.exporter.settings.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import org.apache.commons.dbcp2.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** Opens one database session. It makes one attempt, which may take a few seconds. */
final class LoginFactory implements ConnectionFactory {
    /**
     * A JVM that has just started needs a few seconds to load its classes. The limit is below the engine's ten seconds.
     */
    private static final String LOGIN_SECONDS = "8";

    static final String LOGIN_TIMEOUT = "loginTimeout";
    static final String SOCKET_TIMEOUT = "socketTimeout";
    private static final String CONNECT_TIMEOUT = "connectTimeout";

    /** This SQLSTATE is not in class 28, which the engine treats as a refused login. */
    private static final String UNABLE_TO_CONNECT = "08001";

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
        Optional<String> flaw = TlsFiles.flaw(url);
        if (flaw.isPresent()) {
            throw new SQLException("database.url: " + flaw.get(), UNABLE_TO_CONNECT);
        }
        try {
            Connection connection = driver.connect(url.jdbcUrl(), properties(password));
            if (connection == null) {
                throw new IllegalStateException("the driver does not accept " + url.jdbcUrl());
            }
            return connection;
        } catch (SQLException e) {
            throw new LoginFailure(url, credentials, password).explain(e);
        }
    }

    /**
     * The time limit of an attempt. If the URL sets one of the two parameters, the value holds for both. Otherwise the
     * default of the other one could end the attempt early.
     */
    static String seconds(DatabaseUrl url) {
        SortedMap<String, String> parameters = url.parameters();
        return parameters.getOrDefault(LOGIN_TIMEOUT, parameters.getOrDefault(CONNECT_TIMEOUT, LOGIN_SECONDS));
    }

    private Properties properties(@Nullable String password) {
        Properties properties = new Properties();
        properties.setProperty(LOGIN_TIMEOUT, seconds(url));
        properties.setProperty(CONNECT_TIMEOUT, seconds(url));
        properties.setProperty("sslResponseTimeout", seconds(url) + "000");
        // Bounds the login. Transactions have their own limits.
        properties.setProperty(SOCKET_TIMEOUT, seconds(url));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "indico-metrics");
        properties.setProperty("gssEncMode", "disable");
        // PgBouncer would lose statements that are prepared on the server.
        properties.setProperty("prepareThreshold", "0");
        // Turns off the driver's statement cache: few statements repeat, because they contain instants.
        properties.setProperty("preparedStatementCacheQueries", "0");
        // The detail of an error can contain row data.
        properties.setProperty("logServerErrorDetail", "false");
        SortedMap<String, String> parameters = url.driverParameters();
        parameters.forEach(properties::setProperty);
        if ("system".equals(parameters.get("sslrootcert"))) {
            properties.remove("sslrootcert");
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        String socket = url.socket();
        if (socket != null) {
            properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
            properties.setProperty("socketFactoryArg", socket);
        }
        if (credentials.user() != null) {
            properties.setProperty("user", credentials.user());
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        return properties;
    }
}
