package io.getindico.metrics.api;

import java.util.Locale;

/**
 * How costly a collector is and how old its values may become. Collectors of one class are refreshed together, in one
 * read-only transaction; each class has a TTL and a query budget of its own, which the host can change.
 *
 * @since 0.1.0
 */
public enum RefreshClass {
    /** Cheap and close to the clock: 55 s to live, 2 s of query budget. Refreshed by the scrape that finds it stale. */
    LIVE,
    /** The usual counts: 285 s to live, 10 s of query budget. Refreshed by the scrape that finds it stale. */
    STANDARD,
    /** Scans of millions of rows: 30 min to live, 120 s of query budget. Never refreshed on the time of a scrape. */
    HEAVY;

    /**
     * The name used in settings, logs and thread names.
     *
     * @return the constant's name in lower case
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
