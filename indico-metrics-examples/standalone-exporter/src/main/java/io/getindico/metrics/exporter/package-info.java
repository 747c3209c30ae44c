/**
 * The standalone exporter: settings, HTTP and commands around {@link io.getindico.metrics.api.engine.IndicoMetrics}.
 * Public is only what a program needs that starts an exporter within itself.
 */
@NullMarked
package io.getindico.metrics.exporter;

import org.jspecify.annotations.NullMarked;
