/**
 * The standalone exporter: settings, HTTP and commands around {@link io.getindico.metrics.api.engine.IndicoMetrics}.
 * A program that starts an exporter inside itself needs {@link io.getindico.metrics.exporter.Exporter} and the exceptions
 * that it throws. All other types may change at any time.
 */
@NullMarked
package io.getindico.metrics.exporter;

import org.jspecify.annotations.NullMarked;
