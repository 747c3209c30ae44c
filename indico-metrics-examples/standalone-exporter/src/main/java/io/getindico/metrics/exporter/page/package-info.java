/** The exporter's own page: the figures of today, the past in charts, and the state of the exporter. */
@NullMarked
package io.getindico.metrics.exporter.page;

import org.jspecify.annotations.NullMarked;
