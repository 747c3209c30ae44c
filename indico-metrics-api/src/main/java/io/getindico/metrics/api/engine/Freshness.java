package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;

/** When a collector's values are due, and until when they may be served. */
record Freshness(Settings settings) {
    /** How soon what failed for a passing cause is tried again, where the TTL is longer. */
    private static final Duration SOON = Duration.ofMinutes(1);

    /** A heavy collector waits this many times its duration: its share of the database limits itself. */
    private static final int HEAVY_SHARE = 100;

    /** Where nobody waits for a refresh, it begins when this share of the TTL is over. */
    private static final double EARLY = 0.8;

    /** The TTL in force, which for a heavy collector follows its duration; a quick failure does not make it shorter. */
    Duration ttl(RegisteredCollector collector, CollectorState state) {
        Duration set = settings.ttl(collector);
        if (collector.refreshClass() != RefreshClass.HEAVY) {
            return set;
        }
        Duration earned = worked(collector, state.longest()).multipliedBy(HEAVY_SHARE);
        return earned.compareTo(set) > 0 ? earned : set;
    }

    /** A machine that slept in the middle makes it long, but the database was not at work for us longer than allowed. */
    private Duration worked(RegisteredCollector collector, Duration duration) {
        Duration budget = settings.queryBudget(collector.refreshClass());
        return duration.compareTo(budget) < 0 ? duration : budget;
    }

    /** The part of one core of the database that is taken at most, where scrapes never cease. */
    double coreRatio(RegisteredCollector collector, CollectorState state) {
        Duration pause = pause(collector, state);
        return pause.isZero()
                ? 0
                : (double) worked(collector, state.lastDuration()).toNanos() / pause.toNanos();
    }

    boolean isDue(RegisteredCollector collector, CollectorState state, Moment now) {
        Moment attempted = state.lastAttempt();
        return attempted == null || now.isAtLeast(pause(collector, state), attempted);
    }

    private Duration pause(RegisteredCollector collector, CollectorState state) {
        if (state.gotNoConnection()) {
            // The contact with the database has pauses of its own.
            return Duration.ZERO;
        }
        Duration ttl = ttl(collector, state);
        if (state.failure() != null && state.failure().reason().isTransient()) {
            return ttl.compareTo(SOON) < 0 ? ttl : SOON;
        }
        boolean early = collector.refreshClass() == RefreshClass.HEAVY || settings.refreshMode() == RefreshMode.TIMER;
        return early ? Duration.ofNanos((long) (ttl.toNanos() * EARLY)) : ttl;
    }

    /** Whether the family's value, read at the state's last success, may still be shown. */
    boolean isServed(RegisteredCollector collector, CollectorState state, boolean timeDependent, Moment now) {
        Moment read = state.lastSuccess();
        if (read == null) {
            return false;
        }
        Duration ttl = ttl(collector, state);
        Duration limit = timeDependent ? ttl : settings.maxAge(collector, ttl);
        return now.isWithin(limit, read);
    }
}
