/** Pushes by OTLP what a scrape would show. */
@NullMarked
package io.getindico.metrics.exporter.otlp;

import org.jspecify.annotations.NullMarked;
