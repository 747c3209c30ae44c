package io.getindico.metrics.api.engine;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;

/** A scrape that has started what is due, and may be waited for. */
@FunctionalInterface
interface PendingScrape {
    /** Of metrics that are closed, or that broke. */
    PendingScrape NOTHING = limit -> new Scrape(new MetricSnapshots(), false);

    Scrape await(Duration limit);
}
