package io.getindico.metrics.collectors.reviewing;

import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.collectors.internal.events.EventLabels;
import java.time.Duration;
import java.time.Instant;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;

/**
 * What papers and editables ask of the event of their contribution. The sets of contributions of upcoming and of
 * unfinished events come from the few rows that Indico's indexes select; that of recent events may take a pass over {@code
 * events.contributions}. Collectors share them.
 */
final class ContributionEvents {
    /** Papers are judged and material is edited after the event, but not for ever. */
    private static final Duration RECENT = Duration.ofDays(365);

    private final IdSet ofUpcoming;
    private final IdSet ofUnfinished;
    private final IdSet ofRecent;

    /** Defines the sets as of an instant. */
    ContributionEvents(Instant now) {
        this.ofUpcoming = contributions("contributions_of_upcoming_events", EVENTS.START_DT.gt(now));
        this.ofUnfinished = contributions("contributions_of_unfinished_events", EVENTS.END_DT.ge(now));
        this.ofRecent = contributions("contributions_of_recent_events", EVENTS.END_DT.ge(now.minus(RECENT)));
    }

    private static IdSet contributions(String name, Condition ofEvents) {
        Table<?> withEvents = CONTRIBUTIONS.join(EVENTS).on(EVENTS.ID.eq(CONTRIBUTIONS.EVENT_ID));
        return IdSet.of(name, CONTRIBUTIONS.ID, withEvents, ofEvents);
    }

    /** A value of {@link EventLabels#PHASE}. */
    Field<String> phase(Field<Integer> contribution) {
        return when(ofUpcoming.contains(contribution), inline("upcoming"))
                .when(ofUnfinished.contains(contribution), inline("ongoing"))
                .otherwise(inline("past"));
    }

    /** Whether the event has not ended over 365 days ago. */
    Condition isRecent(Field<Integer> contribution) {
        return ofRecent.contains(contribution);
    }
}
