package io.getindico.metrics.api;

import java.time.Duration;
import java.util.Locale;

/**
 * How costly a collector is and how old its values may become. Collectors of one class are refreshed together, in one
 * read-only transaction; each class has a TTL and a query budget of its own, which the host can change.
 *
 * @since 0.1.0
 */
public enum RefreshClass {
    /** Cheap and close to the clock. Refreshed by the scrape that finds it stale. */
    LIVE(Duration.ofSeconds(55), Duration.ofSeconds(2)),
    /** The usual counts. Refreshed by the scrape that finds it stale. */
    STANDARD(Duration.ofSeconds(285), Duration.ofSeconds(10)),
    /** Scans of millions of rows. Never refreshed on the time of a scrape. */
    HEAVY(Duration.ofMinutes(30), Duration.ofMinutes(2));

    private final Duration defaultTtl;
    private final Duration defaultQueryBudget;

    RefreshClass(Duration defaultTtl, Duration defaultQueryBudget) {
        this.defaultTtl = defaultTtl;
        this.defaultQueryBudget = defaultQueryBudget;
    }

    /**
     * How long values are fresh unless the host says otherwise: a little less than a usual scrape interval, or refreshes
     * would skip at random.
     *
     * @return 55 s, 285 s or 30 min
     */
    public Duration defaultTtl() {
        return defaultTtl;
    }

    /**
     * How long a transaction may last unless the host says otherwise.
     *
     * @return 2 s, 10 s or 120 s
     */
    public Duration defaultQueryBudget() {
        return defaultQueryBudget;
    }

    /**
     * The name used in settings, logs and thread names.
     *
     * @return the constant's name in lower case
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
