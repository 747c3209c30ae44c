package io.getindico.metrics.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** Changes the demo's Indico continuously: two or three changes a second, each kind several times a minute. */
final class Life implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(400);
    private static final Duration END_WAIT = Duration.ofSeconds(5);

    /** After these rounds, events and bookings are in progress, and some bookings await an answer. */
    private static final int FIRST_ROUNDS = 5;

    private static final String LAST_WEEK = read("last-week.sql");
    private static final List<String> CHANGES =
            Pattern.compile(";\n").splitAsStream(read("changes.sql")).toList();

    private final Connection connection;
    private final Thread thread = new Thread(this::run, "demo-life");
    private volatile boolean closed;

    private Life(Connection connection) {
        this.connection = connection;
    }

    /** Makes the first changes, then continues in a thread. */
    static Life start(DataSource dataSource) {
        try {
            Life life = new Life(dataSource.getConnection());
            life.change("SET TIME ZONE 'UTC'");
            life.change(LAST_WEEK);
            for (int i = 0; i < FIRST_ROUNDS; i++) {
                for (String change : CHANGES) {
                    life.change(change);
                }
            }
            life.thread.start();
            return life;
        } catch (SQLException e) {
            // Stopping the server closes the connection.
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static String read(String script) {
        try (InputStream in = Life.class.getResourceAsStream(script)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run() {
        List<String> round = new ArrayList<>(CHANGES);
        try (connection) {
            while (!closed) {
                Collections.shuffle(round);
                for (String change : round) {
                    change(change);
                    Thread.sleep(PAUSE.toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            if (!closed) {
                System.err.println("demo: the numbers no longer change, since a change failed: " + e.getMessage());
            }
        }
    }

    private void change(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(END_WAIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
