/** Conditions that many collectors share: the type and phase of an event, and whether a time is recent. */
@NullMarked
package io.getindico.metrics.collectors.internal.events;

import org.jspecify.annotations.NullMarked;
