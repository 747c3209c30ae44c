/**
 * The engine behind one facade, {@link io.getindico.metrics.api.engine.IndicoMetrics}: it decides when which collector
 * runs, keeps the database from harm and a scrape from failing, and holds the last good values.
 */
@NullMarked
package io.getindico.metrics.api.engine;

import org.jspecify.annotations.NullMarked;
