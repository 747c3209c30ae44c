/** Breaks each condition of each query in turn, and expects the golden and the random databases to notice. */
@NullMarked
package io.getindico.metrics.collectors.mutation;

import org.jspecify.annotations.NullMarked;
