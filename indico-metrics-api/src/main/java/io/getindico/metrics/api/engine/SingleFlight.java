package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.toSet;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs one flight at a time. A caller joins the running flight if that reads everything the caller wants. A caller that
 * wants more, such as a scrape that follows one with {@code name[]}, gets another flight after it.
 */
final class SingleFlight {
    private final Predicate<RegisteredQuery> isDue;
    private final Function<Set<RegisteredQuery>, Flight> factory;
    private final Set<RegisteredQuery> waiting = new HashSet<>();
    private CompletableFuture<Void> waitingDone = new CompletableFuture<>();
    private CompletableFuture<Void> runningDone = CompletableFuture.completedFuture(null);
    private @Nullable Flight running;
    private boolean closed;

    SingleFlight(Predicate<RegisteredQuery> isDue, Function<Set<RegisteredQuery>, Flight> factory) {
        this.isDue = isDue;
        this.factory = factory;
    }

    /**
     * Starts or joins a flight for the queries that are due. This method checks again what is due, so that it does not
     * repeat a query that another flight has read in the meantime.
     *
     * @return a future that completes when all of them have been tried, never with an exception; null if none is due
     */
    synchronized @Nullable CompletableFuture<Void> refresh(Set<RegisteredQuery> wanted) {
        Set<RegisteredQuery> due = wanted.stream().filter(isDue).collect(toSet());
        if (closed || due.isEmpty()) {
            return null;
        }
        Flight now = running;
        if (now == null) {
            return start(due);
        }
        if (now.queries().containsAll(due)) {
            return runningDone;
        }
        due.stream().filter(query -> !now.queries().contains(query)).forEach(waiting::add);
        return waitingDone;
    }

    private CompletableFuture<Void> start(Set<RegisteredQuery> due) {
        Flight next = factory.apply(Set.copyOf(due));
        running = next;
        // Finish before the future completes, so that a caller that asks again after waiting does not join the old
        // flight.
        runningDone = next.done().thenRun(this::finished);
        next.start();
        return runningDone;
    }

    private synchronized void finished() {
        running = null;
        if (!waiting.isEmpty()) {
            CompletableFuture<Void> promised = waitingDone;
            waitingDone = new CompletableFuture<>();
            Set<RegisteredQuery> due = Set.copyOf(waiting);
            waiting.clear();
            var unused = start(due).thenRun(() -> promised.complete(null));
        }
    }

    /** Starts no more flights, and returns the running one. */
    synchronized @Nullable Flight close() {
        closed = true;
        waiting.clear();
        waitingDone.complete(null);
        return running;
    }
}
