package io.getindico.metrics.collectors.internal.history;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Logs.LOGS;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lead;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.jooq.enums.EventLogRealm;
import java.time.Instant;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/**
 * The times during which events were not deleted. The event log says when an event was deleted or restored. An event that
 * is deleted without an entry in the log is left out, because nobody knows since when.
 *
 * @since 0.1.0
 */
public final class EventLives {
    private static final DataType<Instant> TIME = EVENTS.CREATED_DT.getDataType();
    private static final Field<Integer> EVENT = field(name("event"), SQLDataType.INTEGER);
    private static final Field<Instant> AT = field(name("at"), TIME);
    private static final Field<Boolean> IS_ALIVE = field(name("is_alive"), SQLDataType.BOOLEAN);

    private final Table<?> lives;
    private final Field<Integer> event = field(name("lives", "event"), SQLDataType.INTEGER);
    private final Field<Instant> begin;
    private final Field<Instant> end;
    private final Condition isAlive;

    /** Defines one pass over the events and one over their log. */
    public EventLives() {
        Table<?> changes = select(
                        EVENTS.ID.as(EVENT),
                        EVENTS.CREATED_DT.as(AT),
                        inline(true).as(IS_ALIVE))
                .from(EVENTS)
                .unionAll(select(LOGS.EVENT_ID, LOGS.LOGGED_DT, field(LOGS.SUMMARY.eq("Event restored")))
                        .from(LOGS)
                        .where(
                                LOGS.REALM.eq(EventLogRealm.EVENT),
                                LOGS.MODULE.eq("Event"),
                                LOGS.SUMMARY.in("Event deleted", "Event restored")))
                .asTable("changes");
        this.lives = select(
                        EVENT,
                        AT.as("alive_from"),
                        IS_ALIVE,
                        lead(AT).over()
                                .partitionBy(EVENT)
                                .orderBy(AT, IS_ALIVE.desc())
                                .as("alive_until"))
                .from(changes)
                .asTable("lives");
        this.begin = field(name("lives", "alive_from"), TIME);
        this.end = field(name("lives", "alive_until"), TIME);
        // After the last change, the event itself says whether it is deleted.
        this.isAlive = condition(when(end.isNull(), field(EVENTS.IS_DELETED.isFalse()))
                .otherwise(field(name("lives", "is_alive"), SQLDataType.BOOLEAN)));
    }

    /** {@return the events with the times at which they changed} */
    public Table<?> table() {
        return lives.join(EVENTS).on(EVENTS.ID.eq(event));
    }

    /** {@return the id of the event} */
    public Field<Integer> event() {
        return event;
    }

    /** {@return whether a row is a time during which the event was not deleted} */
    public Condition isAlive() {
        return isAlive;
    }

    /** {@return when that time begins} */
    public Field<Instant> begin() {
        return begin;
    }

    /** {@return when that time ends; NULL if it has not ended} */
    public Field<Instant> end() {
        return end;
    }
}
