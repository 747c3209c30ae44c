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
 * One run of a collector that reads something else than the database: without a transaction, a session or a word to the
 * database's contact. When its budget ends its thread is interrupted; if that does not help, it is given up.
 */
final class CollectFlight implements Flight {
    private static final Duration WATCH_PERIOD = Duration.ofMillis(100);
    private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(2);

    private final Engine engine;
    private final RegisteredQuery query;
    private final Duration budget;
    private final @Nullable Instant valuesAt;
    private final QueryStates states;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicBoolean finished = new AtomicBoolean();
    private final Object handover = new Object();
    private @Nullable Thread worker;
    private volatile @Nullable Runnable endWatch;
    private volatile @Nullable FailureReason cancelled;
    private Moment started;
    private long startedNanos;

    CollectFlight(
            Engine engine, RegisteredQuery query, Duration budget, @Nullable Instant valuesAt, QueryStates states) {
        this.engine = engine;
        this.query = query;
        this.budget = budget;
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

    // Whatever a collector throws is its own failure: an error of linkage or an assertion as well.
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
            result = new Result.Success(ofThoseOn(samples.finish()), null);
        } catch (Throwable t) {
            result = new Result.Failed(failure(t));
        } finally {
            endWatch();
            synchronized (handover) {
                worker = null;
                // An interrupt that came too late must not reach the thread's next task.
                Thread.interrupted();
            }
            engine.noLongerStuck(query);
        }
        publish(result);
    }

    /** The collector gives all of its families, whether the host wants them or not. */
    private List<FamilyValues> ofThoseOn(List<FamilyValues> all) {
        return all.stream()
                .filter(values -> query.families().contains(values.family()))
                .toList();
    }

    private Failure failure(Throwable thrown) {
        FailureReason reason = cancelled;
        return reason == null
                ? Failures.ofCollector(thrown, null)
                : new Failure(reason, reason == FailureReason.TIMEOUT ? overran() : "the engine was closed");
    }

    private String overran() {
        return "did not end within the query budget of " + budget;
    }

    private void watch() {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedNanos);
        if (elapsed.compareTo(budget.plus(GIVE_UP_AFTER)) >= 0) {
            giveUp();
        } else if (elapsed.compareTo(budget) >= 0) {
            cancel(FailureReason.TIMEOUT);
        }
    }

    private void cancel(FailureReason reason) {
        synchronized (handover) {
            if (worker != null) {
                cancelled = reason;
                worker.interrupt();
            }
        }
    }

    private void giveUp() {
        endWatch();
        synchronized (handover) {
            if (worker == null) {
                // It came back in this moment, and publishes itself.
                return;
            }
            engine.stuck(query);
        }
        publish(new Result.Failed(new Failure(FailureReason.TIMEOUT, overran())));
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
        cancel(FailureReason.CONNECTION);
        var unused = done.completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS);
        done.join();
    }
}
