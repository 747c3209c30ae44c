package io.getindico.metrics.api.engine;

/**
 * What starts a refresh.
 *
 * @since 0.1.0
 */
public enum RefreshMode {
    /** The scrape that finds values stale: no scrapes, no SQL. */
    ON_SCRAPE,
    /** A timer, a little before values become stale; scrapes never wait. */
    TIMER
}
