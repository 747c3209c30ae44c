package io.getindico.metrics.api.engine;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Single flight: of one refresh class, one refresh runs at a time. Who asks for what the running one reads joins it;
 * who asks for more (after a scrape with {@code name[]}) gets one more refresh after it.
 */
final class ClassRefresher {
    private final Function<Set<RegisteredCollector>, Refresh> factory;
    private final Set<RegisteredCollector> waiting = new HashSet<>();
    private CompletableFuture<Void> waitingDone = new CompletableFuture<>();
    private @Nullable Refresh running;
    private boolean closed;

    ClassRefresher(Function<Set<RegisteredCollector>, Refresh> factory) {
        this.factory = factory;
    }

    /** Starts or joins. The future completes, never with an exception, when all that was asked for has been tried. */
    synchronized CompletableFuture<Void> refresh(Set<RegisteredCollector> due) {
        if (closed) {
            return CompletableFuture.completedFuture(null);
        }
        Refresh now = running;
        if (now == null) {
            return start(due);
        }
        if (now.collectors().containsAll(due)) {
            return now.done();
        }
        due.stream().filter(collector -> !now.collectors().contains(collector)).forEach(waiting::add);
        return waitingDone;
    }

    private CompletableFuture<Void> start(Set<RegisteredCollector> due) {
        Refresh next = factory.apply(Set.copyOf(due));
        CompletableFuture<Void> done = next.done().thenRun(this::finished);
        next.start();
        running = next;
        return done;
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
