/** A demonstration: a believable Indico that lives while one looks, and the exporter on it. */
@NullMarked
package io.getindico.metrics.demo;

import org.jspecify.annotations.NullMarked;
