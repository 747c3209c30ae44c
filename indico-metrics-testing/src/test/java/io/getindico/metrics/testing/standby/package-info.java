/** Tests of the engine on a standby that follows a primary, and where one takes over from the other. */
@NullMarked
package io.getindico.metrics.testing.standby;

import org.jspecify.annotations.NullMarked;
