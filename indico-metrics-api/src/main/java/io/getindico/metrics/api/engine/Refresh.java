package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.QueryState.Attempt;
import io.getindico.metrics.api.engine.QueryState.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One refresh of some queries. If it exceeds its limits, it is cancelled on the server. If that does not help, its
 * connection is closed. If its thread still does not return, the refresh is given up, so that the next one can begin.
 * If another session waits for one of our locks, the refresh is cancelled at once.
 */
final class Refresh extends Flight {
    private static final Logger LOG = LoggerFactory.getLogger(Refresh.class);
    private static final Duration ABORT_AFTER = Duration.ofSeconds(1);
    private static final Failure UNWATCHED = new Failure(
            FailureReason.CONNECTION,
            "the refresh was cancelled: no connection was left to check whether another session waits for its locks");

    private final EngineParts parts;
    private final RunLimits limits;
    private final QueryStates states;
    private final CollectionRun run;
    private final LockWatch lockWatch;
    private volatile ConnectionSlots.@Nullable Slot slot;
    private long endingNanos;

    /**
     * Creates a refresh.
     *
     * @param queries in the order in which they run
     * @param valuesAt the instant of the values; null for the start of the refresh
     * @param states takes the results
     */
    Refresh(
            EngineParts parts,
            List<RegisteredQuery> queries,
            RunLimits limits,
            @Nullable Instant valuesAt,
            QueryStates states) {
        this(parts, queries, limits, states, new CollectionRun(parts, limits, valuesAt, queries));
    }

    /** Creates a refresh with its own way to read the queries. */
    Refresh(EngineParts parts, List<RegisteredQuery> queries, RunLimits limits, QueryStates states, CollectionRun run) {
        super(parts, queries, states);
        this.parts = parts;
        this.limits = limits;
        this.states = states;
        this.run = run;
        this.lockWatch = new LockWatch(parts.controlSession(), run.control());
    }

    @Override
    void start() {
        if (!parts.threads().start(this::work)) {
            publish(failed(noConnection("no thread could be started for it")));
        }
    }

    private void work() {
        ConnectGate gate = parts.contact().gate();
        if (!gate.mayConnect(RunLimits.CONNECTING)) {
            publish(unavailable());
            return;
        }
        if (!acquireSlot()) {
            gate.attemptEnded();
            publish(failed(noConnection("no connection was free: the running refreshes did not end")));
            return;
        }
        if (!gate.mayConnect(Duration.ZERO)) {
            // Another attempt failed while this one waited, for example because the login was rejected.
            releaseSlot();
            publish(unavailable());
            return;
        }
        try {
            beginWork();
            run.run();
        } finally {
            endWork();
            gate.attemptEnded();
            publish(run.attempts());
            releaseSlot();
        }
    }

    /** Waits for a slot as long as a run within its limits can hold one. */
    private boolean acquireSlot() {
        Duration longest =
                parts.settings().longestQueryBudget().plus(RunLimits.JAVA).plus(GIVE_UP_AFTER);
        slot = parts.slots().acquire(run.control(), longest);
        return slot != null;
    }

    private void releaseSlot() {
        ConnectionSlots.Slot held = slot;
        if (held != null) {
            held.release();
        }
    }

    /** Returns failed attempts for when the database is down and it is too early to retry. */
    private Map<RegisteredQuery, Attempt> unavailable() {
        Map<RegisteredQuery, Attempt> attempts =
                failed(noConnection(parts.contact().view().detail()));
        attempts.keySet().removeIf(query -> states.of(query).failedFor(FailureReason.CONNECTION));
        return attempts;
    }

    /** A failure that took no database time, so it needs no pause before a retry. */
    private static Failure noConnection(String detail) {
        return new Failure(FailureReason.CONNECTION, detail);
    }

    @Override
    void end(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!done().isDone()
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            cancel(Failure.CLOSED);
            awaitDone(WATCH_PERIOD);
        }
        if (!done().isDone()) {
            run.control().abort(parts.threads());
        }
    }

    /** Cancels on another thread, because cancelling a statement opens a connection. */
    private void cancel(Failure failure) {
        parts.threads().execute(() -> run.control().cancel(failure));
    }

    private void awaitDone(Duration limit) {
        try {
            done().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("a refresh has not ended yet");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    void watch() {
        Failure failure = reasonToEnd();
        if (failure == null) {
            return;
        }
        long now = System.nanoTime();
        if (endingNanos == 0) {
            endingNanos = now;
        }
        end(failure, Duration.ofNanos(now - endingNanos));
    }

    private @Nullable Failure reasonToEnd() {
        Failure cancelled = run.control().cancelled();
        Failure exceeded =
                cancelled != null ? cancelled : limits.exceeded(run.control().times());
        if (exceeded != null) {
            return exceeded;
        }
        lockWatch.tick();
        if (!lockWatch.isBlind()) {
            return null;
        }
        LOG.warn("a refresh is cancelled: no connection is left to check whether another session waits for its locks");
        return UNWATCHED;
    }

    /** Ends the refresh with increasing force. */
    private void end(Failure failure, Duration sinceFirstTry) {
        if (sinceFirstTry.compareTo(GIVE_UP_AFTER) >= 0) {
            giveUp(failure);
        } else if (sinceFirstTry.compareTo(ABORT_AFTER) >= 0) {
            parts.threads().execute(() -> run.control().abort(parts.threads()));
            interruptWork();
        } else {
            cancel(failure);
        }
    }

    private void giveUp(Failure cause) {
        RegisteredQuery running = run.current();
        if (!giveUp(running)) {
            // The thread publishes its own result.
            return;
        }
        boolean isConnecting = run.control().connectingSince() != null;
        if (isConnecting) {
            parts.contact().failed(DatabaseError.UNREACHABLE, cause.detail());
        }
        // The queries after the hanging one took no database time.
        Map<RegisteredQuery, Attempt> attempts = failed(cause);
        if (running != null) {
            Failure failure = new Failure(cause.reason(), cause.detail() + "; even then it did not end");
            attempts.put(running, new Attempt(parts.now(), limits.queryBudget(), new Result.Failed(failure)));
        }
        attempts.putAll(run.attempts());
        publish(attempts);
        if (!isConnecting) {
            // Its connection is closed, so another may be opened. A connection that is still being opened keeps its
            // slot.
            releaseSlot();
        }
    }
}
