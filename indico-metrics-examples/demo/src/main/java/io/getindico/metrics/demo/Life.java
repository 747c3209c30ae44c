package io.getindico.metrics.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/** Goes on in Indico while one looks: two or three changes a second, each kind several times a minute. */
final class Life implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(400);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Dice dice;
    private final List<Change> changes = new ArrayList<>();

    /** All changes in random order, so that none is long in coming. */
    private final Deque<Change> next = new ArrayDeque<>();

    private final Thread thread = new Thread(this::run, "demo-life");
    private final DataSource dataSource;
    private volatile boolean closed;

    Life(DemoData data, DataSource dataSource) {
        this.dice = data.dice;
        this.dataSource = dataSource;
        changes.addAll(new UserChanges(data.users).all());
        changes.addAll(new EventChanges(data).all());
        changes.addAll(new MaterialChanges(data).all());
        changes.addAll(new BookingChanges(data).all());
        changes.add(data.livesync::run);
        changes.add(data.livesync::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try (Connection connection = dataSource.getConnection()) {
            DSLContext dsl = DSL.using(connection, SQLDialect.POSTGRES);
            while (!closed) {
                change(dsl, Instant.now());
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | DataAccessException e) {
            if (!closed) {
                System.err.println(
                        "demo: the numbers stand still from now on, since a change failed: " + e.getMessage());
            }
        }
    }

    /** Makes one change. */
    void change(DSLContext dsl, Instant now) {
        if (next.isEmpty()) {
            List<Change> shuffled = new ArrayList<>(changes);
            Collections.shuffle(shuffled, dice.random());
            next.addAll(shuffled);
        }
        Change change = next.remove();
        dsl.transaction(transaction -> change.make(transaction.dsl(), now));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
