package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;

/** Decides when a query is due and how long its values may be served. */
record Freshness(EngineSettings settings) {
    /** The pause before the first retry after a transient failure. It doubles with each further failure. */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);

    /** The longest pause before a retry, unless the TTL is shorter. */
    private static final Duration LAST_RETRY = Duration.ofMinutes(1);

    /** A heavy query waits this many times its duration, which limits its share of the database. */
    private static final int HEAVY_SHARE = 100;

    /** If nobody waits for a refresh, it starts after this share of the TTL. */
    private static final double EARLY = 0.8;

    /** The TTL in force. For a heavy query it follows the duration; a quick failure does not shorten it. */
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

    /** The largest share of one database core that the query can take, if scrapes never stop. */
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
            // DatabaseContact has its own pauses.
            return Duration.ZERO;
        }
        Duration ttl = ttl(query, state);
        if (state.failure() != null && state.failure().reason().isTransient()) {
            return shorter(ttl, retry(query, state));
        }
        boolean early = query.refreshClass() == RefreshClass.HEAVY || settings.timer();
        return early ? Duration.ofNanos((long) (ttl.toNanos() * EARLY)) : ttl;
    }

    /** The pause, counted from the start of the attempt. The database rests at least as long as it has worked. */
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
