package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;

/** When a query's values are due, and until when they may be served. */
record Freshness(Settings settings) {
    /** What failed for a passing cause is tried again after this time, and after twice as long each time it fails again. */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);

    /** The longest of these pauses, where the TTL is not shorter. */
    private static final Duration LAST_RETRY = Duration.ofMinutes(1);

    /** A heavy query waits this many times its duration: its share of the database limits itself. */
    private static final int HEAVY_SHARE = 100;

    /** Where nobody waits for a refresh, it begins when this share of the TTL is over. */
    private static final double EARLY = 0.8;

    /** The TTL in force, which for a heavy query follows its duration; a quick failure does not make it shorter. */
    Duration ttl(RegisteredQuery query, QueryState state) {
        Duration set = settings.ttl(query.collector().name(), query.refreshClass());
        if (query.refreshClass() != RefreshClass.HEAVY) {
            return set;
        }
        Duration earned = worked(query, state.longest()).multipliedBy(HEAVY_SHARE);
        return longer(earned, set);
    }

    /** Capped at the query budget: if the host was suspended, elapsed time overstates what the database did. */
    private Duration worked(RegisteredQuery query, Duration duration) {
        Duration budget = settings.queryBudget(query.refreshClass());
        return shorter(duration, budget);
    }

    /** The part of one core of the database that is taken at most, where scrapes never cease. */
    double coreRatio(RegisteredQuery query, QueryState state) {
        Duration pause = pause(query, state);
        return pause.isZero() ? 0 : (double) worked(query, state.lastDuration()).toNanos() / pause.toNanos();
    }

    boolean isDue(RegisteredQuery query, QueryState state, Moment now) {
        Moment attempted = state.lastAttempt();
        return attempted == null || now.isAtLeast(pause(query, state), attempted);
    }

    private Duration pause(RegisteredQuery query, QueryState state) {
        if (state.gotNoConnection()) {
            // The contact with the database has pauses of its own.
            return Duration.ZERO;
        }
        Duration ttl = ttl(query, state);
        if (state.failure() != null && state.failure().reason().isTransient()) {
            return shorter(ttl, retry(query, state));
        }
        boolean early = query.refreshClass() == RefreshClass.HEAVY || settings.timer();
        return early ? Duration.ofNanos((long) (ttl.toNanos() * EARLY)) : ttl;
    }

    /** Counted from the beginning of the attempt. The database rests at least as long as it has worked. */
    private Duration retry(RegisteredQuery query, QueryState state) {
        Duration pause = FIRST_RETRY;
        for (int i = 1; i < state.failuresInARow() && pause.compareTo(LAST_RETRY) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        Duration worked = worked(query, state.lastDuration());
        return worked.plus(longer(worked, shorter(pause, LAST_RETRY)));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    /** Whether the family's value, read at the state's last success, may still be shown. */
    boolean isServed(RegisteredQuery query, QueryState state, boolean timeDependent, Moment now) {
        Moment read = state.lastSuccess();
        if (read == null) {
            return false;
        }
        Duration ttl = ttl(query, state);
        Duration limit = timeDependent ? ttl : settings.maxAge(query.refreshClass(), ttl);
        return now.isWithin(limit, read);
    }
}
