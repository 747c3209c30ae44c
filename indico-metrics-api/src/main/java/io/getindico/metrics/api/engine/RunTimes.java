package io.getindico.metrics.api.engine;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How long one run spends in each phase. The run's thread reports each phase; another thread reads the times. */
final class RunTimes {
    /** What a run is doing. */
    enum Phase {
        /** It has no connection and is not waiting for one. */
        NOT_CONNECTED,
        /** It is waiting for a connection. */
        CONNECTING,
        /** It has a connection and is waiting for the result of a statement. */
        DATABASE,
        /** It has a connection and is running Java code. */
        JAVA
    }

    private final LongSupplier nanoTime;
    private final Map<Phase, Duration> ended = new EnumMap<>(Phase.class);
    private Phase current = Phase.NOT_CONNECTED;
    private long since;

    RunTimes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    synchronized void begin(Phase next) {
        long now = nanoTime.getAsLong();
        ended.merge(current, Duration.ofNanos(now - since), Duration::plus);
        current = next;
        since = now;
    }

    /** How long the run has been waiting for its current connection; zero if it is not waiting. */
    synchronized Duration connecting() {
        return current == Phase.CONNECTING ? sinceBegin() : Duration.ZERO;
    }

    /** The total time spent in this phase since the run started. */
    synchronized Duration of(Phase phase) {
        Duration before = ended.getOrDefault(phase, Duration.ZERO);
        return current == phase ? before.plus(sinceBegin()) : before;
    }

    private Duration sinceBegin() {
        return Duration.ofNanos(nanoTime.getAsLong() - since);
    }
}
