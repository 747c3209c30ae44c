package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.toSet;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs one flight at a time. A caller that asks for what the running one reads joins it; one that asks for more, such as
 * a scrape after one with {@code name[]}, gets another flight after it.
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
     * Starts or joins a flight for those of the queries that are due. Due is decided here: a query that a flight read in
     * the meantime is not run again.
     *
     * @return completes, never with an exception, when all of them have been tried; null where none is due
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
        // A caller that waited for it and asks again finds it gone.
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

    /** Starts no more, and returns what is still running. */
    synchronized @Nullable Flight close() {
        closed = true;
        waiting.clear();
        waitingDone.complete(null);
        return running;
    }
}
