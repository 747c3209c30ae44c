/** Label values that depend on flags. */
@NullMarked
package io.getindico.metrics.collectors.internal.flags;

import org.jspecify.annotations.NullMarked;
