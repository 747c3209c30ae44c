/**
 * The engine behind one facade, {@link io.getindico.metrics.api.engine.IndicoMetrics}. It decides when each collector
 * runs, protects the database, keeps scrapes from failing, and holds the last good values.
 */
@NullMarked
package io.getindico.metrics.api.engine;

import org.jspecify.annotations.NullMarked;
