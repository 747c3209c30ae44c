package io.getindico.metrics.api;

import java.time.Duration;
import java.util.Locale;

/**
 * How expensive a collector is and how old its values may become. Collectors of one class are refreshed together in one
 * read-only transaction. Each class has its own TTL and query budget, which the host can change.
 *
 * @since 0.1.0
 */
public enum RefreshClass {
    /** Cheap queries whose values change from minute to minute. A scrape that finds stale values refreshes them. */
    LIVE(Duration.ofSeconds(55), Duration.ofSeconds(2)),
    /** Ordinary counts. A scrape that finds stale values refreshes them. */
    STANDARD(Duration.ofSeconds(285), Duration.ofSeconds(10)),
    /** Scans of millions of rows. No scrape waits for their refresh. */
    HEAVY(Duration.ofMinutes(30), Duration.ofMinutes(2));

    private final Duration defaultTtl;
    private final Duration defaultQueryBudget;

    RefreshClass(Duration defaultTtl, Duration defaultQueryBudget) {
        this.defaultTtl = defaultTtl;
        this.defaultQueryBudget = defaultQueryBudget;
    }

    /**
     * How long values stay fresh by default. It is slightly shorter than a common scrape interval; if the two were
     * equal, some scrapes would find the values still fresh and others would not.
     *
     * @return 55 s, 285 s or 30 min
     */
    public Duration defaultTtl() {
        return defaultTtl;
    }

    /** {@return how long the database may work for one transaction by default: 2 s, 10 s or 120 s} */
    public Duration defaultQueryBudget() {
        return defaultQueryBudget;
    }

    /** {@return the name used in settings, logs and thread names: the constant's name in lower case} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
