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
 * One refresh of some queries, on a worker thread, and the watch over it: when it exceeds its limits it is cancelled
 * on the server; if that does not help, its connection is closed; if its thread still does not come back, it is given
 * up, so that the next refresh can begin. When another session waits for a lock of ours, it is cancelled at once.
 */
final class Refresh implements Flight {
    private static final Logger LOG = LoggerFactory.getLogger(Refresh.class);
    private static final Duration WATCH_PERIOD = Duration.ofMillis(100);
    private static final Duration ABORT_AFTER = Duration.ofSeconds(1);
    private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(2);
    static final Failure CLOSED = new Failure(FailureReason.CONNECTION, "the metrics were closed");
    private static final Failure UNWATCHED = new Failure(
            FailureReason.CONNECTION,
            "the refresh was cancelled: no session was left to look whether another one waits for its locks");

    private final Engine engine;
    private final Set<RegisteredQuery> queries;
    private final RunLimits limits;
    private final QueryStates states;
    private final CollectionRun run;
    private final LockWatch lockWatch;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicBoolean finished = new AtomicBoolean();
    private final Object handover = new Object();
    private volatile Places.@Nullable Place place;
    private @Nullable Thread worker;
    private @Nullable RegisteredQuery stuck;
    private volatile @Nullable Runnable endWatch;
    private long endingNanos;

    /**
     * Prepares a refresh.
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
            publish(failed(noConnection("no thread could be had for it")));
        }
    }

    private void work() {
        if (!engine.contact().mayConnect(RunLimits.CONNECTING)) {
            publish(unavailable());
            return;
        }
        if (!takePlace()) {
            engine.contact().attemptEnded();
            publish(failed(noConnection("no connection was free: those at work did not end")));
            return;
        }
        if (!engine.contact().mayConnect(Duration.ZERO)) {
            // Found out by another while this one waited, such as that the login is refused.
            leavePlace();
            publish(unavailable());
            return;
        }
        try {
            begin(Thread.currentThread());
            run.run();
        } finally {
            endWatch();
            comeBack();
            engine.contact().attemptEnded();
            publish(run.attempts());
            leavePlace();
        }
    }

    /** A run that holds one ends within its limits, or hangs. */
    private boolean takePlace() {
        Duration longest =
                engine.settings().longestQueryBudget().plus(RunLimits.JAVA).plus(GIVE_UP_AFTER);
        place = engine.places().take(run.control(), longest);
        return place != null;
    }

    private void begin(Thread current) {
        synchronized (handover) {
            worker = current;
        }
        endWatch = engine.threads().every(WATCH_PERIOD, this::watch);
    }

    /** From here on nobody interrupts this thread for our sake, nor takes its query for stuck. */
    private void comeBack() {
        synchronized (handover) {
            worker = null;
            // An interrupt that came too late must not reach the thread's next task.
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

    /** While the database is away and it is too early to try: what is due has failed, once. */
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

    private void leavePlace() {
        Places.Place held = place;
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

    /** On a thread of its own: to cancel a statement is to open a connection. */
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
        Failure failure = whyToEnd();
        if (failure == null) {
            return;
        }
        long now = System.nanoTime();
        if (endingNanos == 0) {
            endingNanos = now;
        }
        end(failure, Duration.ofNanos(now - endingNanos));
    }

    private @Nullable Failure whyToEnd() {
        Failure cancelled = run.control().cancelled();
        Failure exceeded =
                cancelled != null ? cancelled : limits.exceeded(run.control().times());
        if (exceeded != null) {
            return exceeded;
        }
        lockWatch.round();
        if (!lockWatch.isBlind()) {
            return null;
        }
        LOG.warn("a refresh is ended: no session is left to look whether another one waits for its locks");
        return UNWATCHED;
    }

    /** Ends the refresh with more and more force. */
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
                // It came back in this moment, and publishes itself.
                return;
            }
            stuck = run.current();
            engine.stuck(stuck);
        }
        boolean isConnecting = run.control().connectingSince() != null;
        if (isConnecting) {
            engine.contact().failed(DatabaseError.UNREACHABLE, cause.detail());
        }
        // Those behind the one that hangs took no time of the database.
        Map<RegisteredQuery, Attempt> attempts = failed(cause);
        if (stuck != null) {
            Failure failure = new Failure(cause.reason(), cause.detail() + "; it did not end all the same");
            Moment now = engine.settings().time().now();
            attempts.put(stuck, new Attempt(now, limits.queryBudget(), new Result.Failed(failure)));
        }
        attempts.putAll(run.attempts());
        publish(attempts);
        if (!isConnecting) {
            // Its connection is closed, so that another may be opened. One that is still being opened keeps its place.
            leavePlace();
        }
    }

    /** It took no time of the database, so that no pause is earned by it. */
    private static Failure noConnection(String detail) {
        return new Failure(FailureReason.CONNECTION, detail);
    }

    private Map<RegisteredQuery, Attempt> failed(Failure failure) {
        Attempt attempt = new Attempt(engine.settings().time().now(), Duration.ZERO, new Result.Failed(failure));
        return queries.stream().collect(toMap(query -> query, query -> attempt));
    }
}
