package io.getindico.metrics.testing;

import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** A server that someone else runs. Databases are created on it and dropped after use. */
final class GivenServer implements RunningServer {
    static final String SETTING = "INDICO_METRICS_TEST_JDBC_URL";

    private static final Pattern URL = Pattern.compile("(jdbc:postgresql://[^/?]+/)[^?]*(\\?.*)?");

    private final String beforeDatabase;
    private final String afterDatabase;
    private final String user;
    private final String password;

    private GivenServer(String url) throws IOException {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IOException("expected jdbc:postgresql://host/database?user=...&password=...");
        }
        PGSimpleDataSource parsed = new PGSimpleDataSource();
        parsed.setURL(url);
        String parameters = matcher.group(2);
        beforeDatabase = matcher.group(1);
        afterDatabase = parameters == null ? "" : parameters;
        user = orEmpty(parsed.getUser());
        password = orEmpty(parsed.getPassword());
        checkThatItAnswers(url);
    }

    private static void checkThatItAnswers(String url) throws IOException {
        try {
            DriverManager.getConnection(url).close();
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The server named by the environment, or by a system property of the same name. */
    static ServerSource source() {
        return source(System.getProperty(SETTING, orEmpty(System.getenv(SETTING))));
    }

    static ServerSource source(String url) {
        return new ServerSource() {
            @Override
            public String description() {
                return "a server given by " + SETTING;
            }

            @Override
            public RunningServer start() throws IOException {
                if (url.isBlank()) {
                    throw new IOException("not set");
                }
                return new GivenServer(url);
            }
        };
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Override
    public String jdbcUrl(String database) {
        return beforeDatabase + database + afterDatabase;
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public String password() {
        return password;
    }

    @Override
    public String origin() {
        return "JDBC URL from " + SETTING;
    }

    @Override
    public boolean isThrownAway() {
        return false;
    }

    @Override
    public void close() {
        // The server was not started here.
    }
}
