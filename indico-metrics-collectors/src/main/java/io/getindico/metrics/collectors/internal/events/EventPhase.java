package io.getindico.metrics.collectors.internal.events;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.IdSet;
import java.time.Instant;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.impl.EnumConverter;
import org.jooq.impl.SQLDataType;

/**
 * The values of {@link EventLabels#PHASE}: {@code upcoming} until an event starts, {@code ongoing} from its start to its
 * end inclusive, then {@code past}. Each event has exactly one phase.
 *
 * @since 0.1.0
 */
public final class EventPhase {
    /** A phase. PostgreSQL groups millions of rows by its number faster than by its name. */
    public enum Phase {
        /** The event has not started. */
        UPCOMING,
        /** The event has started and has not ended. */
        ONGOING,
        /** The event has ended. */
        PAST;

        private static final DataType<Phase> TYPE =
                SQLDataType.INTEGER.asConvertedDataType(new EnumConverter<>(Integer.class, Phase.class));
    }

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
    public Field<Phase> ofEvent(Field<Integer> event) {
        return of(upcoming.contains(event), unfinished.contains(event));
    }

    /**
     * The phase, for a query with conditions of its own.
     *
     * @param isUpcoming whether the event has not started
     * @param isNotOver whether the event has not ended, if it is not upcoming
     * @return a value of the label
     */
    public static Field<Phase> of(Condition isUpcoming, Condition isNotOver) {
        return when(isUpcoming, inline(Phase.UPCOMING, Phase.TYPE))
                .when(isNotOver, inline(Phase.ONGOING, Phase.TYPE))
                .otherwise(inline(Phase.PAST, Phase.TYPE));
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
