/** Rooms that can be booked. */
@NullMarked
package io.getindico.metrics.collectors.rooms;

import org.jspecify.annotations.NullMarked;
