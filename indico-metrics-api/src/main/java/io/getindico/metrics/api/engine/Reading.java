package io.getindico.metrics.api.engine;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/**
 * One reading of all collectors, apart from any TTL.
 *
 * @param metrics what was read, with the self-metrics
 * @param status how each collector ended
 * @since 0.1.0
 */
public record Reading(MetricSnapshots metrics, Status status) {}
