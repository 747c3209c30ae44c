/** Sets of the ids of objects that are deleted themselves or through a parent, for queries over millions of rows. */
@NullMarked
package io.getindico.metrics.collectors.internal.liveness;

import org.jspecify.annotations.NullMarked;
