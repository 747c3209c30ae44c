package io.getindico.metrics.api.engine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One attempt to read some queries, on a thread of its own. */
interface Flight {
    Set<RegisteredQuery> queries();

    /** Completes, never with an exception, when the results are published. */
    CompletableFuture<Void> done();

    void start();

    /** Stops it for good, since the engine closes. */
    void end(Duration patience);
}
