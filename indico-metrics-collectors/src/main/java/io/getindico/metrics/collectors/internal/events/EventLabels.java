package io.getindico.metrics.collectors.internal.events;

import io.getindico.metrics.api.Label;

/**
 * The labels that describe events. They are not in {@link EventPhase}, because families must not need jOOQ.
 *
 * @since 0.1.0
 */
public final class EventLabels {
    /** Indico's kinds of event. */
    public static final Label TYPE = Label.closed("event_type", "lecture", "meeting", "conference");

    /** Whether the event lies in the future, is in progress, or is over. */
    public static final Label PHASE = Label.closed("event_phase", "upcoming", "ongoing", "past");

    private EventLabels() {}
}
