/** Writes the past of metrics as OpenMetrics, and compares its end with the present. */
@NullMarked
package io.getindico.metrics.exporter.backfill;

import org.jspecify.annotations.NullMarked;
