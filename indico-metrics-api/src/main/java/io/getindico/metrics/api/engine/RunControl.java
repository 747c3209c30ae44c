package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.QueryState.Failure;
import io.getindico.metrics.api.engine.RunTimes.Part;
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

    private final AtomicReference<@Nullable Failure> cancelled = new AtomicReference<>();
    private final RunTimes times = new RunTimes(System::nanoTime);
    private volatile @Nullable Statement statement;
    private volatile @Nullable Connection connection;
    private volatile @Nullable Moment connectingSince;
    private volatile int backendPid;

    /** A connection is asked for. */
    void connecting(Moment now) {
        refuseIfCancelled();
        connectingSince = now;
        times.begin(Part.CONNECTING);
    }

    /** It came, or will not. */
    void connectingEnded() {
        connectingSince = null;
        times.begin(Part.APART);
    }

    void connected(Connection acquired) {
        connection = acquired;
        times.begin(Part.JAVA);
        refuseIfCancelled();
    }

    void disconnected() {
        connection = null;
        backendPid = 0;
        times.begin(Part.APART);
    }

    RunTimes times() {
        return times;
    }

    /** Since when a connection is asked for that does not come; null while none is. */
    @Nullable
    Moment connectingSince() {
        return connectingSince;
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
        times.begin(Part.DATABASE);
    }

    void exit() {
        statement = null;
        times.begin(Part.JAVA);
    }

    @Nullable
    Failure cancelled() {
        return cancelled.get();
    }

    /** Called before a connection is asked for as well: a refresh that was given up and comes back takes no place. */
    void refuseIfCancelled() {
        Failure failure = cancelled.get();
        if (failure != null) {
            throw new CollectionException(failure.reason(), failure.detail());
        }
    }

    /** To be repeated until the run ends: a cancel between two statements, or just before one is sent, meets nothing. */
    void cancel(Failure failure) {
        cancelled.compareAndSet(null, failure);
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
