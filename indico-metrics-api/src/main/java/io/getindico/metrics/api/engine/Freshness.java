package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Decides when a query is due and how long its values may be served.
 *
 * @param share limits how much of the database each query takes, by stretching TTLs
 */
record Freshness(EngineSettings settings, DatabaseShare share) {
    /** The pause before the first retry after a transient failure. It doubles with each further failure. */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);

    /** The longest pause before a retry, unless the TTL is shorter. */
    private static final Duration LAST_RETRY = Duration.ofMinutes(1);

    /** If nobody waits for a refresh, it starts after this share of the TTL. */
    private static final double EARLY = 0.8;

    /** Divides the database among queries by how long they have taken so far. */
    static Freshness of(EngineSettings settings, Map<RegisteredQuery, QueryState> states) {
        List<Double> live = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        states.forEach((query, state) -> {
            if (!query.isCollect()) {
                (query.refreshClass() == RefreshClass.LIVE ? live : others).add(need(settings, query, state));
            }
        });
        return new Freshness(settings, DatabaseShare.divide(settings.databaseShare(), live, others));
    }

    /** The share of one core that the query takes if its TTL is not stretched. A quick failure does not reduce it. */
    private static double need(EngineSettings settings, RegisteredQuery query, QueryState state) {
        Duration worked = worked(settings, query, state.longest());
        return (double) worked.toNanos()
                / early(settings, query, configured(settings, query)).toNanos();
    }

    private static Duration configured(EngineSettings settings, RegisteredQuery query) {
        return settings.ttl(query.collector().name(), query.refreshClass());
    }

    /** The TTL in force. */
    Duration ttl(RegisteredQuery query, QueryState state) {
        Duration configured = configured(settings, query);
        double limit = query.refreshClass() == RefreshClass.LIVE ? share.live() : share.other();
        double stretch = query.isCollect() ? 1 : need(settings, query, state) / limit;
        return stretch > 1 ? Duration.ofNanos((long) Math.ceil(configured.toNanos() * stretch)) : configured;
    }

    /** Capped at the query budget: if the host was suspended, elapsed time overstates what the database did. */
    private static Duration worked(EngineSettings settings, RegisteredQuery query, Duration duration) {
        return shorter(duration, settings.queryBudget(query.refreshClass()));
    }

    /** The largest share of one database core that the query can take, if scrapes never stop. */
    double coreRatio(RegisteredQuery query, QueryState state) {
        Duration pause = pause(query, state);
        return pause.isZero()
                ? 0
                : (double) worked(settings, query, state.lastDuration()).toNanos() / pause.toNanos();
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
        return early(settings, query, ttl);
    }

    /** When a refresh starts: before the TTL ends if nobody waits for it. */
    private static Duration early(EngineSettings settings, RegisteredQuery query, Duration ttl) {
        boolean isEarly = query.refreshClass() == RefreshClass.HEAVY || settings.timer();
        return isEarly ? Duration.ofNanos((long) (ttl.toNanos() * EARLY)) : ttl;
    }

    /** The pause, counted from the start of the attempt. The database rests at least as long as it has worked. */
    private Duration retry(RegisteredQuery query, QueryState state) {
        Duration pause = FIRST_RETRY;
        for (int i = 1; i < state.failuresInARow() && pause.compareTo(LAST_RETRY) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        Duration worked = worked(settings, query, state.lastDuration());
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
