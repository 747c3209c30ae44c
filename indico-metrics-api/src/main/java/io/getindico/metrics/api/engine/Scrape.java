package io.getindico.metrics.api.engine;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/**
 * What a scrape gets.
 *
 * @param metrics the families asked for
 * @param refreshed whether the scrape waited for a refresh and got its values
 * @since 0.1.0
 */
public record Scrape(MetricSnapshots metrics, boolean refreshed) {}
