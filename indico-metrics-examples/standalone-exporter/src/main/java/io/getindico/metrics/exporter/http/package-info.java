/** The HTTP server and its pages. */
@NullMarked
package io.getindico.metrics.exporter.http;

import org.jspecify.annotations.NullMarked;
