/** Tests of the exporter: tables for pure functions, real HTTP and a real PostgreSQL for the rest. */
@NullMarked
package io.getindico.metrics.exporter;

import org.jspecify.annotations.NullMarked;
