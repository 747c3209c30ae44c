package io.getindico.metrics.collectors.internal.history;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.row;

import java.time.Duration;
import java.time.Instant;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * The phases that an object of an event passes through: while the event is ahead, in progress and over.
 *
 * @since 0.1.0
 */
public final class PhasesOfEvent {
    /** The value of the label {@code event_phase}. */
    public static final Field<String> PHASE = field(name("phases", "phase"), SQLDataType.VARCHAR);
    /** When the object enters the phase. */
    public static final Field<Instant> BEGIN = field(name("phases", "enters"), EVENTS.START_DT.getDataType());
    /** When the object leaves the phase; NULL for the last one. */
    public static final Field<Instant> END = field(name("phases", "leaves"), EVENTS.START_DT.getDataType());

    private PhasesOfEvent() {}

    /**
     * Three rows for each row of a query that joins {@code events.events}.
     *
     * @param created when the object came into being
     * @return a table to cross join
     */
    public static Table<?> table(Field<Instant> created) {
        // An event is in progress at its end, and over in the next microsecond.
        Field<Instant> over = Instants.later(EVENTS.END_DT, Duration.ofNanos(1000));
        return lateral(DSL.values(
                        row(inline("upcoming"), created, EVENTS.START_DT),
                        row(inline("ongoing"), greatest(created, EVENTS.START_DT), over),
                        row(inline("past"), greatest(created, over), inline(null, EVENTS.END_DT)))
                .as("phases", "phase", "enters", "leaves"));
    }
}
