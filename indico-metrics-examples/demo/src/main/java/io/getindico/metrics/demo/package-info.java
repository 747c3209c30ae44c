/** A demonstration: the exporter on a synthetic Indico database that keeps changing. */
@NullMarked
package io.getindico.metrics.demo;

import org.jspecify.annotations.NullMarked;
