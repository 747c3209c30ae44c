package io.getindico.metrics.testing;

import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.ds.PGSimpleDataSource;

/** A server that someone else runs. Databases are created on it and dropped after use. */
final class GivenServer {
    static final String SETTING = "INDICO_METRICS_TEST_JDBC_URL";

    private static final Pattern URL = Pattern.compile("(jdbc:postgresql://[^/?]+/)[^?]*(\\?.*)?");

    private GivenServer() {}

    /** The server named by the environment, or by a system property of the same name. */
    static ServerSource source() {
        return source(System.getProperty(SETTING, Objects.requireNonNullElse(System.getenv(SETTING), "")));
    }

    static ServerSource source(String url) {
        return new ServerSource("a server given by " + SETTING, () -> find(url));
    }

    private static RunningServer find(String url) throws IOException {
        if (url.isBlank()) {
            throw new IOException("not set");
        }
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IOException("expected jdbc:postgresql://host/database?user=...&password=...");
        }
        try {
            DriverManager.getConnection(url).close();
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
        PGSimpleDataSource parsed = new PGSimpleDataSource();
        parsed.setURL(url);
        return new RunningServer.Remote(
                matcher.group(1),
                Objects.requireNonNullElse(matcher.group(2), ""),
                Objects.requireNonNullElse(parsed.getUser(), ""),
                Objects.requireNonNullElse(parsed.getPassword(), ""),
                "JDBC URL from " + SETTING,
                false,
                () -> {});
    }
}
