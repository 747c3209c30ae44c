/** The engine on a real database, through its facade alone. */
@NullMarked
package io.getindico.metrics.testing.engine;

import org.jspecify.annotations.NullMarked;
