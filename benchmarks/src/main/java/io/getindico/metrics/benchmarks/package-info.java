/**
 * Measures what the metrics cost an Indico of CERN's size, beside Indico's own plugin and beside the least that can be
 * paid. Writes {@code docs/performance.md}.
 */
@NullMarked
package io.getindico.metrics.benchmarks;

import org.jspecify.annotations.NullMarked;
