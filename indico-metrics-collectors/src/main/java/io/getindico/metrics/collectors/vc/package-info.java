/** Rooms for videoconferences. */
@NullMarked
package io.getindico.metrics.collectors.vc;

import org.jspecify.annotations.NullMarked;
