/** Which objects are deleted, all the way up, kept as sets of ids that queries over millions of rows can ask. */
@NullMarked
package io.getindico.metrics.collectors.internal.liveness;

import org.jspecify.annotations.NullMarked;
