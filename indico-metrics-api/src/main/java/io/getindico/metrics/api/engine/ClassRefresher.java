package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.toSet;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Single flight: of one refresh class, one refresh runs at a time. Who asks for what the running one reads joins it;
 * who asks for more (after a scrape with {@code name[]}) gets one more refresh after it.
 */
final class ClassRefresher {
    private final Predicate<RegisteredCollector> isDue;
    private final Function<Set<RegisteredCollector>, Refresh> factory;
    private final Set<RegisteredCollector> waiting = new HashSet<>();
    private CompletableFuture<Void> waitingDone = new CompletableFuture<>();
    private CompletableFuture<Void> runningDone = CompletableFuture.completedFuture(null);
    private @Nullable Refresh running;
    private boolean closed;

    ClassRefresher(Predicate<RegisteredCollector> isDue, Function<Set<RegisteredCollector>, Refresh> factory) {
        this.isDue = isDue;
        this.factory = factory;
    }

    /**
     * Starts or joins, for those of the collectors that are due: asked here, or one that ended in between would be run
     * again. The future completes, never with an exception, when all of them have been tried; null where none is due.
     */
    synchronized @Nullable CompletableFuture<Void> refresh(Set<RegisteredCollector> wanted) {
        Set<RegisteredCollector> due = wanted.stream().filter(isDue).collect(toSet());
        if (closed || due.isEmpty()) {
            return null;
        }
        Refresh now = running;
        if (now == null) {
            return start(due);
        }
        if (now.collectors().containsAll(due)) {
            return runningDone;
        }
        due.stream().filter(collector -> !now.collectors().contains(collector)).forEach(waiting::add);
        return waitingDone;
    }

    private CompletableFuture<Void> start(Set<RegisteredCollector> due) {
        Refresh next = factory.apply(Set.copyOf(due));
        running = next;
        // Who waits for it, and asks again, finds it gone.
        runningDone = next.done().thenRun(this::finished);
        next.start();
        return runningDone;
    }

    private synchronized void finished() {
        running = null;
        if (!waiting.isEmpty()) {
            CompletableFuture<Void> promised = waitingDone;
            waitingDone = new CompletableFuture<>();
            Set<RegisteredCollector> due = Set.copyOf(waiting);
            waiting.clear();
            var unused = start(due).thenRun(() -> promised.complete(null));
        }
    }

    /** Starts no more, and returns what is still running. */
    synchronized @Nullable Refresh close() {
        closed = true;
        waiting.clear();
        waitingDone.complete(null);
        return running;
    }
}
