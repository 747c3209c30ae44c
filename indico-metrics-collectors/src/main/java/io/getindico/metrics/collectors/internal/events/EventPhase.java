package io.getindico.metrics.collectors.internal.events;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.IdSet;
import java.time.Instant;
import org.jooq.Condition;
import org.jooq.Field;

/**
 * The values of {@link EventLabels#PHASE}: {@code upcoming} until an event starts, {@code ongoing} from its start to its
 * end inclusive, then {@code past}. Each event has exactly one phase.
 *
 * @since 0.1.0
 */
public final class EventPhase {
    private final IdSet upcoming;
    private final IdSet unfinished;

    /**
     * Defines the sets of upcoming and of unfinished events, which collectors share. PostgreSQL reads only the few rows
     * that the indexes on {@code start_dt} and {@code end_dt} select.
     *
     * @param now the instant of the refresh
     */
    public EventPhase(Instant now) {
        this.upcoming = IdSet.of("upcoming_events", EVENTS.ID, EVENTS, EVENTS.START_DT.gt(now));
        this.unfinished = IdSet.of("unfinished_events", EVENTS.ID, EVENTS, EVENTS.END_DT.ge(now));
    }

    /**
     * The phase, for a query over millions of rows that does not join {@code events.events}.
     *
     * @param event the column with the event's id
     * @return a value of the label
     */
    public Field<String> ofEvent(Field<Integer> event) {
        return when(upcoming.contains(event), inline("upcoming"))
                .when(unfinished.contains(event), inline("ongoing"))
                .otherwise(inline("past"));
    }

    /**
     * Whether an event is upcoming or ongoing, for a query over millions of rows that does not join {@code
     * events.events}.
     *
     * @param event the column with the event's id
     * @return true; or false or unknown if the event is past
     */
    public Condition isNotOver(Field<Integer> event) {
        return unfinished.contains(event);
    }
}
