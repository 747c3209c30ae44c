package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.CollectorState.Attempt;
import io.getindico.metrics.api.engine.CollectorState.Failure;
import io.getindico.metrics.api.engine.CollectorState.Result;
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
 * One refresh of some collectors, on a worker thread, and the watch over it: when its query budget ends it is cancelled
 * on the server; if that does not help, its connection is closed; if its thread still does not come back, it is given
 * up, so that the next refresh can begin. When another session waits for a lock of ours, it is cancelled at once.
 */
final class Refresh {
    private static final Logger LOG = LoggerFactory.getLogger(Refresh.class);
    private static final Duration WATCH_PERIOD = Duration.ofMillis(100);
    private static final Duration LOCK_WATCH_PERIOD = Duration.ofSeconds(1);
    private static final Duration ABORT_AFTER = Duration.ofSeconds(1);
    private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(2);

    private final Engine engine;
    private final Set<RegisteredCollector> collectors;
    private final Duration budget;
    private final CollectorStates states;
    private final CollectionRun run;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicBoolean finished = new AtomicBoolean();
    private final AtomicBoolean holdsPermit = new AtomicBoolean();
    private volatile @Nullable Thread worker;
    private volatile @Nullable Runnable endWatch;
    private volatile @Nullable RegisteredCollector stuck;
    private long startedNanos;
    private long lockWatchedNanos;

    /**
     * Prepares a refresh.
     *
     * @param states takes the results
     */
    Refresh(
            Engine engine,
            Set<RegisteredCollector> collectors,
            Duration budget,
            CollectorStates states,
            CollectionRun run) {
        this.engine = engine;
        this.collectors = collectors;
        this.budget = budget;
        this.states = states;
        this.run = run;
    }

    Set<RegisteredCollector> collectors() {
        return collectors;
    }

    /** Completes, never with an exception, when the results are published. */
    CompletableFuture<Void> done() {
        return done;
    }

    void start() {
        engine.threads().execute(this::work);
    }

    private void work() {
        if (!engine.contact().mayConnect()) {
            publish(unavailable());
            return;
        }
        engine.workPermits().acquireUninterruptibly();
        holdsPermit.set(true);
        worker = Thread.currentThread();
        startedNanos = System.nanoTime();
        lockWatchedNanos = startedNanos;
        endWatch = engine.threads().every(WATCH_PERIOD, this::watch);
        try {
            run.run();
        } finally {
            endWatch();
            worker = null;
            // An interrupt that came too late must not reach the thread's next task.
            Thread.interrupted();
            engine.contact().attemptEnded();
            publish(run.attempts());
            engine.noLongerStuck(stuck);
            releasePermit();
        }
    }

    /** While the database is away and it is too early to try: what is due has failed, once. */
    private Map<RegisteredCollector, Attempt> unavailable() {
        Moment now = engine.settings().time().now();
        Failure failure =
                new Failure(FailureReason.CONNECTION, engine.contact().view().detail());
        Map<RegisteredCollector, Attempt> attempts = new HashMap<>();
        for (RegisteredCollector collector : collectors) {
            if (!states.of(collector).failedFor(FailureReason.CONNECTION)) {
                attempts.put(collector, new Attempt(now, Duration.ZERO, new Result.Failed(failure)));
            }
        }
        return attempts;
    }

    private void publish(Map<RegisteredCollector, Attempt> attempts) {
        if (finished.compareAndSet(false, true)) {
            states.publish(attempts);
            done.complete(null);
        }
    }

    private void releasePermit() {
        if (holdsPermit.compareAndSet(true, false)) {
            engine.workPermits().release();
        }
    }

    /** Stops the refresh for good, since the engine closes. */
    void end(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!done.isDone()
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            cancel(FailureReason.CONNECTION);
            awaitDone(WATCH_PERIOD);
        }
        if (!done.isDone()) {
            run.control().abort(engine.threads());
        }
    }

    /** On a thread of its own: to cancel a statement is to open a connection. */
    private void cancel(FailureReason reason) {
        engine.threads().execute(() -> run.control().cancel(reason));
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
        long now = System.nanoTime();
        Duration over = Duration.ofNanos(now - startedNanos).minus(budget);
        if (over.compareTo(GIVE_UP_AFTER) >= 0) {
            giveUp();
        } else if (over.compareTo(ABORT_AFTER) >= 0) {
            engine.threads().execute(() -> run.control().abort(engine.threads()));
            Thread working = worker;
            if (working != null) {
                working.interrupt();
            }
        } else if (!over.isNegative() || run.control().cancelled() != null) {
            FailureReason reason = run.control().cancelled();
            cancel(reason == null ? FailureReason.TIMEOUT : reason);
        } else if (now - lockWatchedNanos >= LOCK_WATCH_PERIOD.toNanos()) {
            lockWatchedNanos = now;
            engine.controlSession().giveWay(run.control());
        }
    }

    private void endWatch() {
        Runnable end = endWatch;
        if (end != null) {
            end.run();
        }
    }

    private void giveUp() {
        endWatch();
        Map<RegisteredCollector, Attempt> attempts = new HashMap<>(run.attempts());
        Moment now = engine.settings().time().now();
        Failure failure = new Failure(FailureReason.TIMEOUT, "did not end within the query budget of " + budget);
        for (RegisteredCollector collector : collectors) {
            attempts.putIfAbsent(collector, new Attempt(now, budget, new Result.Failed(failure)));
        }
        stuck = run.current();
        engine.stuck(stuck);
        publish(attempts);
        if (run.control().isConnected()) {
            // Its connection is closed, so that another may be opened. One that is still being opened keeps its place.
            releasePermit();
        }
    }
}
