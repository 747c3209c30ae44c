/** What many collectors ask of the event that a row belongs to: its type, its phase, and whether a time is recent. */
@NullMarked
package io.getindico.metrics.collectors.internal.events;

import org.jspecify.annotations.NullMarked;
