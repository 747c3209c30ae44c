package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The handle by which another thread stops a running refresh: cancels its statement, aborts its connection. */
final class RunControl {
    private static final Logger LOG = LoggerFactory.getLogger(RunControl.class);

    private final AtomicReference<@Nullable FailureReason> cancelled = new AtomicReference<>();
    private volatile @Nullable Statement statement;
    private volatile @Nullable Connection connection;
    private volatile @Nullable Moment connectingSince;
    private volatile int backendPid;

    /** A connection is asked for. */
    void connecting(Moment now) {
        refuseIfCancelled();
        connectingSince = now;
    }

    /** It came, or will not. */
    void connectingEnded() {
        connectingSince = null;
    }

    void connected(Connection acquired) {
        connection = acquired;
        refuseIfCancelled();
    }

    void disconnected() {
        connection = null;
        backendPid = 0;
    }

    /** Since when a connection is asked for that does not come; null while none is. */
    @Nullable
    Moment connectingSince() {
        return connectingSince;
    }

    boolean isConnected() {
        return connection != null;
    }

    void backendPid(int pid) {
        backendPid = pid;
    }

    /** The server process that works for us, 0 for none. */
    int backendPid() {
        return backendPid;
    }

    void enter(Statement next) {
        statement = next;
        refuseIfCancelled();
    }

    void exit() {
        statement = null;
    }

    @Nullable
    FailureReason cancelled() {
        return cancelled.get();
    }

    /** Called before a connection is asked for as well: a refresh that was given up and comes back takes no place. */
    void refuseIfCancelled() {
        FailureReason reason = cancelled.get();
        if (reason != null) {
            throw new CollectionException(reason, Failures.cancelled(reason));
        }
    }

    /** To be repeated until the run ends: a cancel between two statements, or just before one is sent, meets nothing. */
    void cancel(FailureReason reason) {
        cancelled.compareAndSet(null, reason);
        Statement running = statement;
        if (running != null) {
            try {
                running.cancel();
            } catch (SQLException e) {
                LOG.debug("cancel failed: {}", e.toString());
            }
        }
    }

    /** Closes the socket without a word to the server: for a connection that does not answer to a cancel. */
    void abort(Executor executor) {
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(executor);
            } catch (SQLException e) {
                LOG.debug("abort failed: {}", e.toString());
            }
        }
    }
}
