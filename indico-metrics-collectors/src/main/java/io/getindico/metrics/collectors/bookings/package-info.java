/** Bookings of rooms, and the days on which they take place. */
@NullMarked
package io.getindico.metrics.collectors.bookings;

import org.jspecify.annotations.NullMarked;
