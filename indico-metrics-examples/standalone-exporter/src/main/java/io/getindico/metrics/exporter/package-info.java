/**
 * The standalone exporter: settings, HTTP and commands around {@link io.getindico.metrics.api.engine.IndicoMetrics}.
 * Only the types that a program needs to start an exporter inside itself are public.
 */
@NullMarked
package io.getindico.metrics.exporter;

import org.jspecify.annotations.NullMarked;
