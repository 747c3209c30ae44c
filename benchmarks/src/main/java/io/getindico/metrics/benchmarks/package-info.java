/**
 * Measures what the metrics cost an Indico of CERN's size, compared with Indico's own plugin and with the minimum that
 * any reader needs. Writes {@code docs/performance.md}.
 */
@NullMarked
package io.getindico.metrics.benchmarks;

import org.jspecify.annotations.NullMarked;
