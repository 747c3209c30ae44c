package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.RunTimes.Phase;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets another thread stop a running refresh, by cancelling its statement or aborting its connection. */
final class RunControl {
    private static final Logger LOG = LoggerFactory.getLogger(RunControl.class);

    private final AtomicReference<@Nullable Failure> cancelled = new AtomicReference<>();
    private final RunTimes times = new RunTimes(System::nanoTime);
    private volatile @Nullable Statement statement;
    private volatile @Nullable Connection connection;
    private volatile @Nullable Moment connectingSince;
    private volatile int backendPid;

    /** The run starts to wait for a connection. */
    void connecting(Moment now) {
        throwIfCancelled();
        connectingSince = now;
        times.begin(Phase.CONNECTING);
    }

    /** The run got its connection, or failed to. */
    void connectingEnded() {
        connectingSince = null;
        times.begin(Phase.NOT_CONNECTED);
    }

    void connected(Connection acquired) {
        connection = acquired;
        times.begin(Phase.JAVA);
        throwIfCancelled();
    }

    void disconnected() {
        connection = null;
        backendPid = 0;
        times.begin(Phase.NOT_CONNECTED);
    }

    RunTimes times() {
        return times;
    }

    /** Since when the run has been waiting for a connection; null if it is not waiting. */
    @Nullable
    Moment connectingSince() {
        return connectingSince;
    }

    void backendPid(int pid) {
        backendPid = pid;
    }

    /** The process id of the server session, 0 for none. */
    int backendPid() {
        return backendPid;
    }

    void enter(Statement next) {
        statement = next;
        throwIfCancelled();
        times.begin(Phase.DATABASE);
    }

    void exit() {
        statement = null;
        times.begin(Phase.JAVA);
    }

    @Nullable
    Failure cancelled() {
        return cancelled.get();
    }

    /** Also called before opening a connection: a refresh that was given up but still runs must not open another. */
    void throwIfCancelled() {
        Failure failure = cancelled.get();
        if (failure != null) {
            throw new CollectionException(failure.reason(), failure.detail());
        }
    }

    /** Must be repeated until the run ends: a cancel between two statements has no effect on the server. */
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

    /** Closes the socket without notifying the server, for a connection that does not react to a cancel. */
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
