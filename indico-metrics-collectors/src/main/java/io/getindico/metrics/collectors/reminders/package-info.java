/** Reminders of events. */
@NullMarked
package io.getindico.metrics.collectors.reminders;

import org.jspecify.annotations.NullMarked;
