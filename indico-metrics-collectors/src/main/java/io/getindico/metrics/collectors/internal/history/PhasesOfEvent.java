package io.getindico.metrics.collectors.internal.history;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.when;

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
    private static final String UPCOMING = "upcoming";
    private static final String ONGOING = "ongoing";
    private static final String PAST = "past";

    /** The value of the label {@code event_phase}. */
    public static final Field<String> PHASE = field(name("phases", "phase"), SQLDataType.VARCHAR);
    /** When the event is over. It is in progress at its end, and over in the next microsecond. */
    public static final Field<Instant> OVER = Instants.later(EVENTS.END_DT, Duration.ofNanos(1000));
    /** When the object leaves the phase; NULL for the last one. */
    public static final Field<Instant> END =
            when(PHASE.eq(UPCOMING), EVENTS.START_DT).when(PHASE.eq(ONGOING), OVER);

    private PhasesOfEvent() {}

    /** {@return a table to cross join: three rows for each row of a query that joins {@code events.events}} */
    public static Table<?> table() {
        return DSL.values(row(inline(UPCOMING)), row(inline(ONGOING)), row(inline(PAST)))
                .as("phases", "phase");
    }

    /**
     * When the object enters the phase.
     *
     * @param created when the object came into being
     * @return an expression for the query that joins {@link #table}
     */
    public static Field<Instant> begin(Field<Instant> created) {
        return when(PHASE.eq(UPCOMING), created)
                .when(PHASE.eq(ONGOING), greatest(created, EVENTS.START_DT))
                .otherwise(greatest(created, OVER));
    }
}
