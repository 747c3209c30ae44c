package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.toMap;

import io.getindico.metrics.api.engine.QueryState.Attempt;
import io.getindico.metrics.api.engine.QueryState.Failure;
import io.getindico.metrics.api.engine.QueryState.Result;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One refresh of some queries on a worker thread, and the watch over it. If the refresh exceeds its limits, it is
 * cancelled on the server. If that does not help, its connection is closed. If its thread still does not return, the
 * refresh is given up, so that the next one can begin. If another session waits for one of our locks, the refresh is
 * cancelled at once.
 */
final class Refresh implements Flight {
    private static final Logger LOG = LoggerFactory.getLogger(Refresh.class);
    private static final Duration WATCH_PERIOD = Duration.ofMillis(100);
    private static final Duration ABORT_AFTER = Duration.ofSeconds(1);
    private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(2);
    static final Failure CLOSED = new Failure(FailureReason.CONNECTION, "the metrics were closed");
    private static final Failure UNWATCHED = new Failure(
            FailureReason.CONNECTION,
            "the refresh was cancelled: no connection was left to check whether another session waits for its locks");

    private final Engine engine;
    private final Set<RegisteredQuery> queries;
    private final RunLimits limits;
    private final QueryStates states;
    private final CollectionRun run;
    private final LockWatch lockWatch;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicBoolean finished = new AtomicBoolean();
    private final Object handover = new Object();
    private volatile ConnectionSlots.@Nullable Slot slot;
    private @Nullable Thread worker;
    private @Nullable RegisteredQuery stuck;
    private volatile @Nullable Runnable endWatch;
    private long endingNanos;

    /**
     * Creates a refresh.
     *
     * @param states takes the results
     */
    Refresh(Engine engine, Set<RegisteredQuery> queries, RunLimits limits, QueryStates states, CollectionRun run) {
        this.engine = engine;
        this.queries = queries;
        this.limits = limits;
        this.states = states;
        this.run = run;
        this.lockWatch = new LockWatch(engine.controlSession(), run.control());
    }

    @Override
    public Set<RegisteredQuery> queries() {
        return queries;
    }

    @Override
    public CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void start() {
        if (!engine.threads().start(this::work)) {
            publish(failed(noConnection("no thread could be started for it")));
        }
    }

    private void work() {
        if (!engine.contact().mayConnect(RunLimits.CONNECTING)) {
            publish(unavailable());
            return;
        }
        if (!acquireSlot()) {
            engine.contact().attemptEnded();
            publish(failed(noConnection("no connection was free: the running refreshes did not end")));
            return;
        }
        if (!engine.contact().mayConnect(Duration.ZERO)) {
            // Another attempt failed while this one waited, for example because the login was rejected.
            releaseSlot();
            publish(unavailable());
            return;
        }
        try {
            begin(Thread.currentThread());
            run.run();
        } finally {
            endWatch();
            finishWork();
            engine.contact().attemptEnded();
            publish(run.attempts());
            releaseSlot();
        }
    }

    /** Waits for a slot as long as a run within its limits can hold one. */
    private boolean acquireSlot() {
        Duration longest =
                engine.settings().longestQueryBudget().plus(RunLimits.JAVA).plus(GIVE_UP_AFTER);
        slot = engine.slots().acquire(run.control(), longest);
        return slot != null;
    }

    private void begin(Thread current) {
        synchronized (handover) {
            worker = current;
        }
        endWatch = engine.threads().every(WATCH_PERIOD, this::watch);
    }

    /** From here on, the watch neither interrupts this thread nor considers its query stuck. */
    private void finishWork() {
        synchronized (handover) {
            worker = null;
            // A late interrupt must not reach the thread's next task.
            Thread.interrupted();
            engine.noLongerStuck(stuck);
        }
    }

    private void interruptWorker() {
        synchronized (handover) {
            if (worker != null) {
                worker.interrupt();
            }
        }
    }

    /** Returns one failed attempt for each due query, for when the database is down and it is too early to retry. */
    private Map<RegisteredQuery, Attempt> unavailable() {
        Moment now = engine.settings().time().now();
        Failure failure =
                new Failure(FailureReason.CONNECTION, engine.contact().view().detail());
        Map<RegisteredQuery, Attempt> attempts = new HashMap<>();
        for (RegisteredQuery query : queries) {
            if (!states.of(query).failedFor(FailureReason.CONNECTION)) {
                attempts.put(query, new Attempt(now, Duration.ZERO, new Result.Failed(failure)));
            }
        }
        return attempts;
    }

    private void publish(Map<RegisteredQuery, Attempt> attempts) {
        if (finished.compareAndSet(false, true)) {
            states.publish(attempts);
            done.complete(null);
        }
    }

    private void releaseSlot() {
        ConnectionSlots.Slot held = slot;
        if (held != null) {
            held.release();
        }
    }

    @Override
    public void end(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!done.isDone()
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            cancel(CLOSED);
            awaitDone(WATCH_PERIOD);
        }
        if (!done.isDone()) {
            run.control().abort(engine.threads());
        }
    }

    /** Cancels on another thread, because cancelling a statement opens a connection. */
    private void cancel(Failure failure) {
        engine.threads().execute(() -> run.control().cancel(failure));
    }

    private void awaitDone(Duration limit) {
        try {
            done.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("a refresh has not ended yet");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
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
            engine.threads().execute(() -> run.control().abort(engine.threads()));
            interruptWorker();
        } else {
            cancel(failure);
        }
    }

    private void endWatch() {
        Runnable end = endWatch;
        if (end != null) {
            end.run();
        }
    }

    private void giveUp(Failure cause) {
        endWatch();
        synchronized (handover) {
            if (worker == null) {
                // The worker has just finished and publishes its own result.
                return;
            }
            stuck = run.current();
            engine.stuck(stuck);
        }
        boolean isConnecting = run.control().connectingSince() != null;
        if (isConnecting) {
            engine.contact().failed(DatabaseError.UNREACHABLE, cause.detail());
        }
        // The queries after the hanging one took no database time.
        Map<RegisteredQuery, Attempt> attempts = failed(cause);
        if (stuck != null) {
            Failure failure = new Failure(cause.reason(), cause.detail() + "; even so, it did not end");
            Moment now = engine.settings().time().now();
            attempts.put(stuck, new Attempt(now, limits.queryBudget(), new Result.Failed(failure)));
        }
        attempts.putAll(run.attempts());
        publish(attempts);
        if (!isConnecting) {
            // Its connection is closed, so another may be opened. A connection that is still being opened keeps its
            // slot.
            releaseSlot();
        }
    }

    /** A failure that took no database time, so it needs no pause before a retry. */
    private static Failure noConnection(String detail) {
        return new Failure(FailureReason.CONNECTION, detail);
    }

    private Map<RegisteredQuery, Attempt> failed(Failure failure) {
        Attempt attempt = new Attempt(engine.settings().time().now(), Duration.ZERO, new Result.Failed(failure));
        return queries.stream().collect(toMap(query -> query, query -> attempt));
    }
}
