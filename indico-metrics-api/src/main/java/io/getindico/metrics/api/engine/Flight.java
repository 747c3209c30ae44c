package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.toMap;

import io.getindico.metrics.api.engine.QueryState.Attempt;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to read some queries on a thread of its own, under a watch. If the thread does not return in time, the
 * attempt is given up, and the running query is excluded until the thread returns.
 */
abstract class Flight {
    static final Duration WATCH_PERIOD = Duration.ofMillis(100);
    static final Duration GIVE_UP_AFTER = Duration.ofSeconds(2);

    private final EngineParts parts;
    private final Set<RegisteredQuery> queries;
    private final QueryStates states;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicBoolean published = new AtomicBoolean();
    private final Object handover = new Object();
    private @Nullable Thread worker;
    private @Nullable RegisteredQuery stuck;
    private volatile @Nullable Runnable endWatch;

    /**
     * Creates a flight.
     *
     * @param states takes the results
     */
    Flight(EngineParts parts, Collection<RegisteredQuery> queries, QueryStates states) {
        this.parts = parts;
        this.queries = Set.copyOf(queries);
        this.states = states;
    }

    final Set<RegisteredQuery> queries() {
        return queries;
    }

    /** Returns a future that completes when the results are published, never with an exception. */
    final CompletableFuture<Void> done() {
        return done;
    }

    abstract void start();

    /** Stops the flight because the engine closes. */
    abstract void end(Duration patience);

    /** Checks whether the flight must end. */
    abstract void watch();

    /** The current thread begins to work, and the watch begins. */
    final void beginWork() {
        synchronized (handover) {
            worker = Thread.currentThread();
        }
        endWatch = parts.threads().every(WATCH_PERIOD, this::watch);
    }

    /** From here on, the watch neither interrupts this thread nor considers its query stuck. */
    final void endWork() {
        endWatch();
        synchronized (handover) {
            worker = null;
            // A late interrupt must not reach the thread's next task.
            Thread.interrupted();
            if (stuck != null) {
                parts.stuck().remove(stuck);
            }
        }
    }

    final void interruptWork() {
        synchronized (handover) {
            if (worker != null) {
                worker.interrupt();
            }
        }
    }

    /** Excludes the running query until the thread returns. Returns false if the thread has just finished. */
    final boolean giveUp(@Nullable RegisteredQuery running) {
        endWatch();
        synchronized (handover) {
            if (worker != null && running != null) {
                stuck = running;
                parts.stuck().add(running);
            }
            return worker != null;
        }
    }

    private void endWatch() {
        Runnable end = endWatch;
        if (end != null) {
            end.run();
        }
    }

    /** Returns one failed attempt without duration for each query. */
    final Map<RegisteredQuery, Attempt> failed(Failure failure) {
        Attempt attempt = Attempt.failed(parts.now(), failure);
        return queries.stream().collect(toMap(query -> query, query -> attempt));
    }

    /** Publishes the results, unless the flight has already published its results. */
    final void publish(Map<RegisteredQuery, Attempt> attempts) {
        if (published.compareAndSet(false, true)) {
            states.publish(attempts);
            done.complete(null);
        }
    }
}
