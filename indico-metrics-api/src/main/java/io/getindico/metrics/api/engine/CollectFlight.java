package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.QueryState.Attempt;
import io.getindico.metrics.api.engine.QueryState.Failure;
import io.getindico.metrics.api.engine.QueryState.Result;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One run of a collector that does not read the database: without a transaction or session, and without effect on
 * {@link DatabaseContact}. When its budget is used up, its thread is interrupted. If the thread still does not return,
 * the run is given up.
 */
final class CollectFlight implements Flight {
    private static final Duration WATCH_PERIOD = Duration.ofMillis(100);
    private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(2);

    private final Engine engine;
    private final RegisteredQuery query;
    private final RunLimits limits;
    private final @Nullable Instant valuesAt;
    private final QueryStates states;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicBoolean finished = new AtomicBoolean();
    private final Object handover = new Object();
    private @Nullable Thread worker;
    private volatile @Nullable Runnable endWatch;
    private volatile @Nullable Failure cancelled;
    private Moment started;
    private long startedNanos;

    CollectFlight(
            Engine engine, RegisteredQuery query, RunLimits limits, @Nullable Instant valuesAt, QueryStates states) {
        this.engine = engine;
        this.query = query;
        this.limits = limits;
        this.valuesAt = valuesAt;
        this.states = states;
        this.started = engine.settings().time().now();
    }

    @Override
    public Set<RegisteredQuery> queries() {
        return Set.of(query);
    }

    @Override
    public CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void start() {
        if (!engine.threads().start(this::work)) {
            publish(new Result.Failed(new Failure(FailureReason.TIMEOUT, "no thread could be started for it")));
        }
    }

    // Whatever a collector throws is its own failure, including linkage and assertion errors.
    @SuppressWarnings("CatchingUnchecked")
    private void work() {
        synchronized (handover) {
            worker = Thread.currentThread();
        }
        started = engine.settings().time().now();
        startedNanos = System.nanoTime();
        Result result;
        try {
            endWatch = engine.threads().every(WATCH_PERIOD, this::watch);
            SampleBuffer samples =
                    new SampleBuffer(query.collector().collector().families());
            Instant now = valuesAt == null ? started.instant() : valuesAt;
            query.collector()
                    .collector()
                    .collect(new QueryContext(now, query.collector().settings()), samples);
            result = new Result.Success(wanted(samples), null);
        } catch (Throwable t) {
            result = new Result.Failed(failure(t));
        } finally {
            endWatch();
            synchronized (handover) {
                worker = null;
                // A late interrupt must not reach the thread's next task.
                Thread.interrupted();
            }
            engine.noLongerStuck(query);
        }
        publish(result);
    }

    /** Drops the values of disabled families. */
    private List<FamilyValues> wanted(SampleBuffer samples) {
        return samples.finish().stream()
                .filter(values -> query.families().contains(values.family()))
                .toList();
    }

    private Failure failure(Throwable thrown) {
        Failure known = cancelled;
        if (known != null) {
            return known;
        }
        boolean isExpected = thrown instanceof Exception && !(thrown instanceof RuntimeException);
        FailureReason reason = isExpected ? FailureReason.SOURCE : FailureReason.COLLECTOR_BUG;
        return new Failure(reason, Failures.message(thrown));
    }

    private void watch() {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedNanos);
        if (elapsed.compareTo(limits.queryBudget().plus(GIVE_UP_AFTER)) >= 0) {
            giveUp();
        } else if (elapsed.compareTo(limits.queryBudget()) >= 0) {
            cancel(limits.ofCollect());
        }
    }

    private void cancel(Failure failure) {
        synchronized (handover) {
            if (worker != null) {
                cancelled = failure;
                worker.interrupt();
            }
        }
    }

    private void giveUp() {
        endWatch();
        synchronized (handover) {
            if (worker == null) {
                // The worker has just finished and publishes its own result.
                return;
            }
            engine.stuck(query);
        }
        publish(new Result.Failed(limits.ofCollect()));
    }

    private void endWatch() {
        Runnable end = endWatch;
        if (end != null) {
            end.run();
        }
    }

    private void publish(Result result) {
        if (finished.compareAndSet(false, true)) {
            Duration duration = engine.settings().time().now().since(started);
            states.publish(Map.of(query, new Attempt(started, duration, result)));
            done.complete(null);
        }
    }

    @Override
    public void end(Duration patience) {
        cancel(Refresh.CLOSED);
        var unused = done.completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS);
        done.join();
    }
}
