package io.getindico.metrics.api.engine;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Where the time of one run goes. The run's thread tells what it begins, and another thread reads it. */
final class RunTimes {
    /** What a run is doing. */
    enum Part {
        /** It holds no connection and asks for none. */
        APART,
        /** It waits for a connection. */
        CONNECTING,
        /** It holds a connection and waits for the answer to a statement. */
        DATABASE,
        /** It holds a connection and works by itself. */
        JAVA
    }

    private final LongSupplier nanoTime;
    private final Map<Part, Duration> ended = new EnumMap<>(Part.class);
    private Part current = Part.APART;
    private long since;

    RunTimes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    synchronized void begin(Part next) {
        long now = nanoTime.getAsLong();
        ended.merge(current, Duration.ofNanos(now - since), Duration::plus);
        current = next;
        since = now;
    }

    /** How long the run has been connecting this time; zero while it is not. */
    synchronized Duration connecting() {
        return current == Part.CONNECTING ? sinceBegin() : Duration.ZERO;
    }

    /** All that went to this part since the run began. */
    synchronized Duration of(Part part) {
        Duration before = ended.getOrDefault(part, Duration.ZERO);
        return current == part ? before.plus(sinceBegin()) : before;
    }

    private Duration sinceBegin() {
        return Duration.ofNanos(nanoTime.getAsLong() - since);
    }
}
