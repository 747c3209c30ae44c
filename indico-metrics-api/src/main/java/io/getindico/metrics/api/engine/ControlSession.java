package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The third connection, for one short transaction at a time. It checks whether the database still answers, and whether
 * another session waits for a lock that one of our refreshes holds.
 */
final class ControlSession {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSession.class);
    private static final Duration BUDGET = Duration.ofSeconds(1);

    /** Short, because a session that waits for a lock blocks others. */
    private static final Duration LOCK_TIMEOUT = Duration.ofMillis(10);

    private final ReadTransaction.Source source;
    private final DatabaseContact contact;
    private final Threads threads;
    private final TimeSource time;
    private final ConnectionSlots slots;
    private @Nullable Probe probe;

    private record Probe(CompletableFuture<Void> done, Moment began) {
        /** Whether the probe has ended, or has been hanging for so long that nobody should wait for it. */
        boolean isOver(Moment now) {
            return done.isDone() || now.isAtLeast(ConnectionSlots.LONGEST_LOGIN, began);
        }
    }

    ControlSession(ReadTransaction.Source source, DatabaseContact contact, Threads threads) {
        this.source = source;
        this.contact = contact;
        this.threads = threads;
        this.time = source.settings().time();
        this.slots = new ConnectionSlots(1, time);
    }

    /** Checks whether the database answers, or joins a running check. The future never completes with an exception. */
    synchronized CompletableFuture<Void> probe() {
        Moment now = time.now();
        Probe running = probe;
        if (running != null && !running.isOver(now)) {
            return running.done();
        }
        Probe next = new Probe(threads.run(this::checkAlive), now);
        probe = next;
        return next.done();
    }

    private void checkAlive() {
        RunControl control = new RunControl();
        // Take the slot before claiming the attempt: a thread that waits for a slot behind a hung connection must not
        // block all others.
        ConnectionSlots.Slot slot = slots.acquire(control, BUDGET);
        if (slot == null) {
            return;
        }
        try {
            if (contact.gate().mayConnect(BUDGET)) {
                ask(control);
            }
        } finally {
            contact.gate().attemptEnded();
            slot.release();
        }
    }

    private void ask(RunControl control) {
        Moment asked = time.now();
        try (ReadTransaction transaction = open(control)) {
            ask(transaction, asked);
        } catch (SQLException | RuntimeException e) {
            contact.failed(Failures.ofConnecting(e), Failures.message(e));
        }
    }

    private void ask(ReadTransaction transaction, Moment asked) {
        try {
            contact.reached(catalog(transaction).facts(Requirements.NONE), asked);
        } catch (DataAccessException e) {
            if (Failures.isConnectionLost(e)) {
                throw e;
            }
            LOG.debug("the database answered, but its catalog could not be read: {}", Failures.message(e));
        }
    }

    /**
     * Checks on another thread whether another session waits for a lock that the run holds, and cancels the run if so.
     *
     * @param onChecked runs on that thread after a successful check
     * @return false if no check was started, because one is running or the login is rejected and must not be retried
     *     too often
     */
    boolean yieldToWaiter(RunControl run, Runnable onChecked) {
        RunControl control = new RunControl();
        boolean isRefused = contact.view().error() == DatabaseError.AUTH;
        ConnectionSlots.Slot slot = isRefused ? null : slots.acquire(control, Duration.ZERO);
        if (slot == null) {
            return false;
        }
        int backendPid = run.backendPid();
        Moment asked = time.now();
        boolean isStarted = threads.start(() -> {
            try (ReadTransaction transaction = open(control)) {
                if (catalog(transaction).isBlocking(backendPid) && run.backendPid() == backendPid) {
                    run.cancel(new Failure(
                            FailureReason.CANCELLED_FOR_LOCK,
                            "the refresh yielded to a session that waited for one of its locks"));
                }
                contact.answered(asked);
                onChecked.run();
            } catch (SQLException | RuntimeException e) {
                LOG.debug("could not check for waiting sessions: {}", e.toString());
                if (Failures.ofConnecting(e) == DatabaseError.AUTH) {
                    contact.failed(DatabaseError.AUTH, Failures.message(e));
                }
            } finally {
                slot.release();
            }
        });
        if (!isStarted) {
            slot.release();
        }
        return isStarted;
    }

    private ReadTransaction open(RunControl control) throws SQLException {
        return ReadTransaction.open(source, control, BUDGET, LOCK_TIMEOUT);
    }

    private static SystemCatalog catalog(ReadTransaction transaction) {
        return new SystemCatalog(transaction.dsl());
    }
}
