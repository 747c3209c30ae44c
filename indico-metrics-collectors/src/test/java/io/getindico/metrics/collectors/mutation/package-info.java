/** Breaks each condition of each query in turn, and expects that a scrape shows it on some rows. */
@NullMarked
package io.getindico.metrics.collectors.mutation;

import org.jspecify.annotations.NullMarked;
