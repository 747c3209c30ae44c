package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.CollectorState.Attempt;
import io.getindico.metrics.api.engine.CollectorState.Failure;
import io.getindico.metrics.api.engine.CollectorState.Result;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/**
 * Runs collectors, one after the other, in one transaction on a primary and in one each on a standby; no collector's
 * failure touches another. A connection that breaks fails the collector that ran on it, and the rest get a new one.
 */
final class CollectionRun {
    /** Enough for a lock that is held for a moment; who has to wait longer does so after all others are done. */
    private static final Duration MOMENT = Duration.ofMillis(10);

    private static final Failure DAMAGE = new Failure(
            FailureReason.QUERY,
            "zero_damaged_pages or ignore_checksum_failure is on for this session, so that PostgreSQL leaves out rows"
                    + " of damaged pages; switch both off");

    private final DataSource dataSource;
    private final Settings settings;
    private final DatabaseContact contact;
    private final Executor executor;
    private final Semaphore lockTurn;
    private final RunLimits limits;
    /** The instant of all values: where none was given, that of the first transaction. */
    private @Nullable Instant valuesAt;

    private final RunControl control = new RunControl();
    private final Deque<RegisteredCollector> remaining;
    private final List<RegisteredCollector> again = new ArrayList<>();
    private final Set<RegisteredCollector> repeated = new HashSet<>();
    private final Requirements required;
    private final Map<RegisteredCollector, Attempt> attempts = new ConcurrentHashMap<>();
    private boolean isLost;
    private volatile @Nullable RegisteredCollector current;

    /**
     * Prepares a run.
     *
     * @param lockTurn who holds it may wait for a lock, so that of all sessions of an engine one does
     */
    CollectionRun(
            DataSource dataSource,
            Settings settings,
            DatabaseContact contact,
            Executor executor,
            Semaphore lockTurn,
            RunLimits limits,
            @Nullable Instant valuesAt,
            Collection<RegisteredCollector> collectors) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.contact = contact;
        this.executor = executor;
        this.lockTurn = lockTurn;
        this.limits = limits;
        this.valuesAt = valuesAt;
        this.remaining = new ArrayDeque<>(collectors);
        this.required = Requirements.union(
                collectors.stream().map(RegisteredCollector::requirements).toList());
    }

    RunControl control() {
        return control;
    }

    /** The attempts that have ended, complete once {@link #run} returns. */
    Map<RegisteredCollector, Attempt> attempts() {
        return Map.copyOf(attempts);
    }

    /** The collector at work, for who gives up waiting for it. */
    @Nullable
    RegisteredCollector current() {
        return current;
    }

    void run() {
        while (!remaining.isEmpty()) {
            collect(MOMENT);
        }
        remaining.addAll(again);
        again.clear();
        boolean mayWait = !remaining.isEmpty() && lockTurn.tryAcquire();
        try {
            // The last look, where a connection was lost, tells whether the database was lost with it.
            while (!remaining.isEmpty() || isLost) {
                collect(mayWait ? settings.lockTimeout() : MOMENT);
            }
        } finally {
            if (mayWait) {
                lockTurn.release();
            }
        }
    }

    private void collect(Duration longestWait) {
        Duration lockTimeout = longestWait.compareTo(settings.lockTimeout()) < 0 ? longestWait : settings.lockTimeout();
        Moment started = settings.time().now();
        if (valuesAt == null) {
            valuesAt = started.instant();
        }
        isLost = false;
        try (ReadTransaction transaction =
                ReadTransaction.open(dataSource, settings, limits.queryBudget(), lockTimeout, control, executor)) {
            DatabaseFacts facts = facts(transaction, started);
            if (facts != null) {
                collectIn(transaction, facts, started);
            }
        } catch (SQLException | RuntimeException | LinkageError e) {
            failToConnect(started, e);
        }
    }

    /**
     * Returns what is there; or null for want of an answer or of an Indico, when what remained has failed or waits for its
     * turn.
     */
    private @Nullable DatabaseFacts facts(ReadTransaction transaction, Moment started) {
        DatabaseFacts facts;
        try {
            Catalog catalog = new Catalog(transaction.dsl(StatementLimit.none()));
            facts = catalog.facts(required.columns().keySet());
            if (!contact.isLoginKnown()) {
                contact.login(catalog.loginWarnings());
            }
        } catch (DataAccessException e) {
            if (Failures.isConnectionLost(e)) {
                throw e;
            }
            // Such as a lock on the revisions while Indico is upgraded: the database is there.
            if (Failures.isLockTimeout(e) && repeated.addAll(remaining)) {
                again.addAll(remaining);
                remaining.clear();
            } else {
                fail(started, failure(e));
            }
            return null;
        }
        contact.reached(facts, started);
        if (!facts.isIndico()) {
            failRemaining(started, new Failure(FailureReason.SCHEMA, facts.missingMarks()));
            return null;
        }
        return facts;
    }

    private Failure failure(Throwable thrown) {
        return Failures.ofCollector(thrown, control.cancelled(), limits);
    }

    private void failToConnect(Moment started, Throwable thrown) {
        Failure cancelled = control.cancelled();
        Failure failure = failure(thrown);
        if (thrown instanceof CollectionException
                || (cancelled != null && cancelled.reason() == FailureReason.CANCELLED_FOR_LOCK)
                || failure.reason() == FailureReason.CONFLICT) {
            fail(started, failure);
        } else {
            String message = Failures.message(thrown);
            contact.failed(Failures.ofConnecting(thrown), message);
            failRemaining(started, new Failure(FailureReason.CONNECTION, message));
        }
    }

    /** What met us before a collector began meets all that remain; but a conflict with a standby's replay is soon over. */
    private void fail(Moment started, Failure failure) {
        if (failure.reason() != FailureReason.CONFLICT) {
            failRemaining(started, failure);
            return;
        }
        RegisteredCollector next = remaining.pollFirst();
        if (next != null) {
            attempts.put(next, new Attempt(started, Duration.ZERO, new Result.Failed(failure)));
        }
    }

    private void failRemaining(Moment started, Failure failure) {
        remaining.addAll(again);
        again.clear();
        for (RegisteredCollector collector : remaining) {
            attempts.put(collector, new Attempt(started, Duration.ZERO, new Result.Failed(failure)));
        }
        remaining.clear();
    }

    private void collectIn(ReadTransaction transaction, DatabaseFacts facts, Moment now) {
        boolean isAlone = transaction.isStandby();
        ReadCounter reads = new ReadCounter();
        while (!remaining.isEmpty() && transaction.isUsable()) {
            RegisteredCollector next = remaining.removeFirst();
            Moment started = settings.time().now();
            Result result = collect(transaction, facts, next, now, reads);
            if (result != null) {
                Duration duration = settings.time().now().since(started);
                attempts.put(next, new Attempt(now, duration, result));
            }
            if (isAlone) {
                break;
            }
        }
        isLost = !transaction.isUsable();
    }

    private @Nullable Result collect(
            ReadTransaction transaction,
            DatabaseFacts facts,
            RegisteredCollector collector,
            Moment now,
            ReadCounter reads) {
        Skip skip = facts.skip(collector.requirements());
        if (skip != null) {
            return new Result.Skipped(skip);
        }
        Failure partial = transaction.hidesDamage() ? DAMAGE : facts.hiddenRows(collector.requirements());
        if (partial != null) {
            return new Result.Failed(partial);
        }
        current = collector;
        try {
            return collectInSavepoint(transaction, collector, valuesAt == null ? now.instant() : valuesAt, reads);
        } catch (SQLException e) {
            return new Result.Failed(failure(e));
        } finally {
            current = null;
        }
    }

    /** Returns null where it is to be done once more: a lock or a rewritten table stood in its way. */
    // Whatever a stranger's code throws is that collector's failure: an error of linkage or an assertion as well.
    @SuppressWarnings("CatchingUnchecked")
    private @Nullable Result collectInSavepoint(
            ReadTransaction transaction, RegisteredCollector collector, Instant now, ReadCounter reads)
            throws SQLException {
        Savepoint savepoint = transaction.savepoint();
        try {
            StatementLimit limit = new StatementLimit(collector.maxStatements());
            TransactionContext context =
                    new TransactionContext(transaction.dsl(limit), limit, transaction.shared(), now, settings);
            SampleBuffer samples = new SampleBuffer(collector.families(), settings.labels());
            collector.collector().collect(context, samples);
            // Refuses values too, so it comes before the savepoint is gone.
            List<FamilyValues> values = samples.finish();
            List<TableUse> uses = new Catalog(transaction.dsl(StatementLimit.none())).uses();
            refuseIfChanged(uses);
            transaction.release(savepoint);
            IndicoZone zone = transaction.shared().find(IndicoZone.class);
            if (zone != null) {
                contact.zone(zone);
            }
            return new Result.Success(values, reads.since(uses));
        } catch (Throwable t) {
            transaction.rollBackTo(savepoint);
            Failure failure = failure(t);
            boolean isLocked = Failures.isLockTimeout(t);
            boolean mayPass = isLocked || failure.reason() == FailureReason.CHANGED_UNDERNEATH;
            if (mayPass && repeated.add(collector)) {
                again.add(collector);
                return null;
            }
            if (isLocked && transaction.isUsable()) {
                // One wait for all, or a table that many read costs the whole budget.
                transaction.waitForLocks(MOMENT);
            }
            return new Result.Failed(failure);
        }
    }

    private static void refuseIfChanged(List<TableUse> uses) {
        List<String> changed = uses.stream()
                .filter(TableUse::isChanged)
                .map(TableUse::table)
                .sorted()
                .toList();
        if (!changed.isEmpty()) {
            throw new CollectionException(
                    FailureReason.CHANGED_UNDERNEATH,
                    "rewritten or truncated while it was read: " + String.join(", ", changed));
        }
    }
}
