/** Faults of all kinds at random, for as long as one likes, and what must hold whatever happens. */
@NullMarked
package io.getindico.metrics.testing.soak;

import org.jspecify.annotations.NullMarked;
