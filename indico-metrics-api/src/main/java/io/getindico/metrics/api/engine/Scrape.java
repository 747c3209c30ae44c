package io.getindico.metrics.api.engine;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/**
 * The result of a scrape.
 *
 * @param metrics the requested families
 * @param refreshed whether the scrape waited for a refresh and got its values
 * @since 0.1.0
 */
public record Scrape(MetricSnapshots metrics, boolean refreshed) {}
