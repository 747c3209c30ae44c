package io.getindico.metrics.api.engine;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;

/**
 * The result of a scrape.
 *
 * @param metrics the requested families
 * @param refreshed whether the scrape waited for a refresh and got its values
 * @since 0.1.0
 */
public record Scrape(MetricSnapshots metrics, boolean refreshed) {
    /** The scrape of closed metrics, or of metrics that failed. */
    static final Scrape NOTHING = new Scrape(new MetricSnapshots(), false);

    /** A scrape that has started the refreshes that are due. {@link #await} returns its result. */
    @FunctionalInterface
    interface Pending {
        Scrape await(Duration limit);
    }
}
