package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.engine.QueryState.Attempt;
import io.getindico.metrics.api.engine.QueryState.Result;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of a collector that does not read the database. It has no transaction and no session, and does not affect
 * {@link DatabaseContact}. When its budget is used up, its thread is interrupted.
 */
final class CollectFlight extends Flight {
    private final EngineParts parts;
    private final RegisteredQuery query;
    private final RunLimits limits;
    private final @Nullable Instant valuesAt;
    private volatile @Nullable Failure cancelled;
    private Moment started;
    private long startedNanos;

    CollectFlight(
            EngineParts parts,
            RegisteredQuery query,
            RunLimits limits,
            @Nullable Instant valuesAt,
            QueryStates states) {
        super(parts, Set.of(query), states);
        this.parts = parts;
        this.query = query;
        this.limits = limits;
        this.valuesAt = valuesAt;
        this.started = parts.now();
    }

    @Override
    void start() {
        if (!parts.threads().start(this::work)) {
            publish(failed(new Failure(FailureReason.TIMEOUT, "no thread could be started for it")));
        }
    }

    // Whatever a collector throws is its own failure, including linkage and assertion errors.
    @SuppressWarnings("CatchingUnchecked")
    private void work() {
        started = parts.now();
        startedNanos = System.nanoTime();
        Result result;
        try {
            beginWork();
            result = new Result.Success(collect(), null);
        } catch (Throwable t) {
            result = new Result.Failed(failure(t));
        } finally {
            endWork();
        }
        publish(result);
    }

    /** Returns the values of the enabled families. */
    private List<FamilyValues> collect() throws Exception {
        MetricCollector collector = query.collector().collector();
        SampleBuffer samples = new SampleBuffer(collector.families());
        Instant now = valuesAt == null ? started.instant() : valuesAt;
        collector.collect(new QueryContext(now, query.collector().settings()), samples);
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

    @Override
    void watch() {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedNanos);
        if (elapsed.compareTo(limits.queryBudget().plus(GIVE_UP_AFTER)) >= 0) {
            if (giveUp(query)) {
                publish(new Result.Failed(limits.ofCollect()));
            }
        } else if (elapsed.compareTo(limits.queryBudget()) >= 0) {
            cancel(limits.ofCollect());
        }
    }

    private void cancel(Failure failure) {
        cancelled = failure;
        interruptWork();
    }

    private void publish(Result result) {
        publish(Map.of(query, new Attempt(started, parts.now().since(started), result)));
    }

    @Override
    void end(Duration patience) {
        cancel(Failure.CLOSED);
        var unused = done().completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS);
        done().join();
    }
}
