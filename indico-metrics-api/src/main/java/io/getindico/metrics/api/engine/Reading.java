package io.getindico.metrics.api.engine;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/**
 * The result of reading all collectors once, regardless of their TTLs.
 *
 * @param metrics the values, with the self-metrics
 * @param status the outcome of each collector
 * @since 0.1.0
 */
public record Reading(MetricSnapshots metrics, Status status) {}
