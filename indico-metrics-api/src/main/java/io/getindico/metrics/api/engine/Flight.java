package io.getindico.metrics.api.engine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One attempt to read some queries, on a thread of its own. */
interface Flight {
    Set<RegisteredQuery> queries();

    /** Returns a future that completes when the results are published, never with an exception. */
    CompletableFuture<Void> done();

    void start();

    /** Stops the flight because the engine closes. */
    void end(Duration patience);
}
