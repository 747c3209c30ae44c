package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.QueryState.Failure;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The third connection, one short transaction at a time: whether the database still answers, and whether someone waits
 * for a lock that a refresh of ours holds.
 */
final class ControlSession {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSession.class);
    private static final Duration BUDGET = Duration.ofSeconds(1);

    /** Who waits for a lock holds others up. */
    private static final Duration LOCK_TIMEOUT = Duration.ofMillis(10);

    private final DataSource dataSource;
    private final Settings settings;
    private final DatabaseContact contact;
    private final Threads threads;
    private final Places places;
    private @Nullable Probe probe;

    private record Probe(CompletableFuture<Void> done, Moment began) {
        /** One that hangs for good does not count for ever. */
        boolean isOver(Moment now) {
            return done.isDone() || now.isAtLeast(Places.LONGEST_LOGIN, began);
        }
    }

    ControlSession(DataSource dataSource, Settings settings, DatabaseContact contact, Threads threads) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.contact = contact;
        this.threads = threads;
        this.places = new Places(1, settings.time());
    }

    /** Asks the database for a sign of life, or joins who is asking. Completes, never with an exception, with the answer. */
    synchronized CompletableFuture<Void> probe() {
        Moment now = settings.time().now();
        Probe running = probe;
        if (running != null && !running.isOver(now)) {
            return running.done();
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        probe = new Probe(done, now);
        boolean isStarted = threads.start(() -> {
            try {
                lookForLife();
            } finally {
                done.complete(null);
            }
        });
        if (!isStarted) {
            done.complete(null);
        }
        return done;
    }

    private void lookForLife() {
        RunControl control = new RunControl();
        // First the place, or who waits for it, behind one that hangs, would keep all others from trying.
        Places.Place place = places.take(control, BUDGET);
        if (place == null) {
            return;
        }
        try {
            if (contact.mayConnect(BUDGET)) {
                ask(control);
            }
        } finally {
            contact.attemptEnded();
            place.release();
        }
    }

    private void ask(RunControl control) {
        Moment asked = settings.time().now();
        try (ReadTransaction transaction = open(control)) {
            ask(transaction, asked);
        } catch (SQLException | RuntimeException e) {
            contact.failed(Failures.ofConnecting(e), Failures.message(e));
        }
    }

    private void ask(ReadTransaction transaction, Moment asked) {
        try {
            contact.reached(catalog(transaction).facts(List.of()), asked);
        } catch (DataAccessException e) {
            if (Failures.isConnectionLost(e)) {
                throw e;
            }
            LOG.debug("the database is there, but told nothing: {}", Failures.message(e));
        }
    }

    /**
     * Looks whether another session waits for a lock that the run holds, and cancels the run if so.
     *
     * @param whenSeen run after a look that succeeded, on another thread
     * @return false where no look began: one is under way, or the login is refused, which more attempts make no better
     */
    boolean giveWay(RunControl run, Runnable whenSeen) {
        RunControl control = new RunControl();
        boolean isRefused = contact.view().error() == DatabaseError.AUTH;
        Places.Place place = isRefused ? null : places.take(control, Duration.ZERO);
        if (place == null) {
            return false;
        }
        int backendPid = run.backendPid();
        Moment asked = settings.time().now();
        boolean isStarted = threads.start(() -> {
            try (ReadTransaction transaction = open(control)) {
                if (catalog(transaction).isWaitedFor(backendPid) && run.backendPid() == backendPid) {
                    run.cancel(new Failure(
                            FailureReason.CANCELLED_FOR_LOCK,
                            "the refresh gave way to a session that waited for one of its locks"));
                }
                contact.answered(asked);
                whenSeen.run();
            } catch (SQLException | RuntimeException e) {
                LOG.debug("could not look for waiting sessions: {}", e.toString());
                if (Failures.ofConnecting(e) == DatabaseError.AUTH) {
                    contact.failed(DatabaseError.AUTH, Failures.message(e));
                }
            } finally {
                place.release();
            }
        });
        if (!isStarted) {
            place.release();
        }
        return isStarted;
    }

    private ReadTransaction open(RunControl control) throws SQLException {
        return ReadTransaction.open(dataSource, settings, BUDGET, LOCK_TIMEOUT, control, threads);
    }

    private static Catalog catalog(ReadTransaction transaction) {
        return new Catalog(transaction.dsl());
    }
}
