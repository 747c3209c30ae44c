package io.getindico.metrics.api.engine;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;

/** A scrape that has started the refreshes that are due and can be awaited. */
@FunctionalInterface
interface PendingScrape {
    /** The scrape of closed metrics, or of metrics that failed. */
    PendingScrape NOTHING = limit -> new Scrape(new MetricSnapshots(), false);

    Scrape await(Duration limit);
}
