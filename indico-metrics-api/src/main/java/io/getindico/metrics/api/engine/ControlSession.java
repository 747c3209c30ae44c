package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
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

    private final DataSource dataSource;
    private final Settings settings;
    private final DatabaseContact contact;
    private final Threads threads;
    private final Semaphore permit = new Semaphore(1);
    private final AtomicReference<@Nullable CompletableFuture<Void>> probe = new AtomicReference<>();

    ControlSession(DataSource dataSource, Settings settings, DatabaseContact contact, Threads threads) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.contact = contact;
        this.threads = threads;
    }

    /** Asks the database for a sign of life, or joins who is asking. Completes, never with an exception, with the answer. */
    CompletableFuture<Void> probe() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> others = probe.compareAndExchange(null, mine);
        if (others != null) {
            return others;
        }
        threads.execute(() -> {
            try {
                lookForLife();
            } finally {
                probe.set(null);
                mine.complete(null);
            }
        });
        return mine;
    }

    private void lookForLife() {
        if (!contact.mayConnect(BUDGET)) {
            return;
        }
        permit.acquireUninterruptibly();
        Moment asked = settings.time().now();
        try (ReadTransaction transaction = open(new RunControl())) {
            ask(transaction, asked);
        } catch (SQLException | RuntimeException e) {
            contact.failed(Failures.ofConnecting(e), Failures.message(e));
        } finally {
            permit.release();
            contact.attemptEnded();
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

    /** Cancels the run when another session waits for a lock it holds. Passes over the look when one is under way. */
    void giveWay(RunControl run) {
        int backendPid = run.backendPid();
        if (backendPid == 0 || !permit.tryAcquire()) {
            return;
        }
        threads.execute(() -> {
            try (ReadTransaction transaction = open(new RunControl())) {
                if (catalog(transaction).isWaitedFor(backendPid) && run.backendPid() == backendPid) {
                    run.cancel(FailureReason.CANCELLED_FOR_LOCK);
                }
            } catch (SQLException | RuntimeException e) {
                LOG.debug("could not look for waiting sessions: {}", e.toString());
            } finally {
                permit.release();
            }
        });
    }

    private ReadTransaction open(RunControl control) throws SQLException {
        return ReadTransaction.open(dataSource, settings, BUDGET, control, threads);
    }

    private static Catalog catalog(ReadTransaction transaction) {
        return new Catalog(transaction.dsl(StatementLimit.none()));
    }
}
