package io.getindico.metrics.testing.engine;

import io.getindico.metrics.testing.IndicoDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Asks the server all the time how many sessions an engine has, and how many of them wait for a lock. What is so for a
 * moment only does not count: a session that ends as another begins, or a lock that is given up on at once.
 */
final class SessionWatch implements AutoCloseable {
    private static final String ENGINE = "engine";
    private static final String OURS =
            "SELECT pid, wait_event_type = 'Lock' FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND application_name IN ('" + ENGINE + "', 'indico-metrics')";
    private static final Duration PERIOD = Duration.ofMillis(50);

    private final PGSimpleDataSource asking;
    private final Thread thread = new Thread(this::watch, "test-session-watch");
    private volatile Set<Integer> now = Set.of();
    private volatile Set<Integer> waiting = Set.of();
    private volatile int most;
    private volatile int mostWaiting;
    private volatile boolean closed;

    private SessionWatch(IndicoDatabase database) {
        asking = named(database);
        asking.setApplicationName("watcher");
        thread.setDaemon(true);
    }

    static SessionWatch of(IndicoDatabase database) {
        SessionWatch watch = new SessionWatch(database);
        watch.thread.start();
        return watch;
    }

    /** Connections without a pool and without timeouts, by whose name the engine's sessions are known. */
    static PGSimpleDataSource named(IndicoDatabase database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.jdbcUrl());
        dataSource.setUser(database.server().user());
        dataSource.setPassword(database.server().password());
        dataSource.setApplicationName(ENGINE);
        return dataSource;
    }

    private void watch() {
        while (!closed) {
            try (Connection connection = asking.getConnection();
                    PreparedStatement query = connection.prepareStatement(OURS)) {
                while (!closed) {
                    look(query);
                    Await.pause(PERIOD);
                }
            } catch (SQLException e) {
                // The server is away, and so are its sessions.
                now = Set.of();
                waiting = Set.of();
                Await.pause(PERIOD);
            }
        }
    }

    private void look(PreparedStatement query) throws SQLException {
        Set<Integer> seen = new HashSet<>();
        Set<Integer> seenWaiting = new HashSet<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                seen.add(rows.getInt(1));
                if (rows.getBoolean(2)) {
                    seenWaiting.add(rows.getInt(1));
                }
            }
        }
        most = Math.max(most, stayed(now, seen));
        mostWaiting = Math.max(mostWaiting, stayed(waiting, seenWaiting));
        now = seen;
        waiting = seenWaiting;
    }

    private static int stayed(Set<Integer> before, Set<Integer> after) {
        return (int) before.stream().filter(after::contains).count();
    }

    int most() {
        return most;
    }

    int mostWaiting() {
        return mostWaiting;
    }

    List<Integer> now() {
        return List.copyOf(now);
    }

    @Override
    public void close() {
        closed = true;
    }
}
