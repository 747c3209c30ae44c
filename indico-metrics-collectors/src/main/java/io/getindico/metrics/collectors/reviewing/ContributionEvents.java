package io.getindico.metrics.collectors.reviewing;

import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.collectors.internal.events.EventLabels;
import io.getindico.metrics.collectors.internal.events.EventPhase;
import io.getindico.metrics.collectors.internal.events.EventPhase.Phase;
import java.time.Duration;
import java.time.Instant;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;

/** The phase and age of the event of a contribution, for papers and editables. */
final class ContributionEvents {
    /** Papers are judged and material is edited after the event, but not forever. */
    private static final Duration RECENT = Duration.ofDays(365);

    private final IdSet recentEvents;
    private final IdSet ofUpcoming;
    private final IdSet ofUnfinished;

    /** Defines sets of contributions, which come from the few rows that Indico's indexes select. */
    ContributionEvents(Instant now) {
        this.ofUpcoming = contributions("contributions_of_upcoming_events", EVENTS.START_DT.gt(now));
        this.ofUnfinished = contributions("contributions_of_unfinished_events", EVENTS.END_DT.ge(now));
        this.recentEvents = IdSet.of("recent_events", EVENTS.ID, EVENTS, EVENTS.END_DT.ge(now.minus(RECENT)));
    }

    private static IdSet contributions(String name, Condition ofEvents) {
        Table<?> withEvents = CONTRIBUTIONS.join(EVENTS).on(EVENTS.ID.eq(CONTRIBUTIONS.EVENT_ID));
        return IdSet.of(name, CONTRIBUTIONS.ID, withEvents, ofEvents);
    }

    /** A value of {@link EventLabels#PHASE}. */
    Field<Phase> phase(Field<Integer> contribution) {
        return EventPhase.of(ofUpcoming.contains(contribution), ofUnfinished.contains(contribution));
    }

    /**
     * Whether the event ended within the last 365 days or has not ended yet. Looks the contribution up, which suits the
     * few rows that wait for somebody. A set of contributions would need a pass over all of them.
     */
    Condition isRecent(Field<Integer> contribution) {
        return condition(field(select(field(recentEvents.contains(CONTRIBUTIONS.EVENT_ID)))
                .from(CONTRIBUTIONS)
                .where(CONTRIBUTIONS.ID.eq(contribution))));
    }
}
