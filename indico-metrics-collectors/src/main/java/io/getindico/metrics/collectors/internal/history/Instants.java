package io.getindico.metrics.collectors.internal.history;

import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;

/**
 * Expressions for instants in the past.
 *
 * @since 0.1.0
 */
public final class Instants {
    private Instants() {}

    /**
     * Converts a local time in a zone to UTC.
     *
     * @param local a wall-clock time
     * @param zone the name of the zone
     * @param type the type of a column in UTC
     * @return the time in UTC
     */
    public static Field<Instant> utc(Field<LocalDateTime> local, Field<String> zone, DataType<Instant> type) {
        Field<?> instant = function(DSL.name("timezone"), SQLDataType.TIMESTAMPWITHTIMEZONE, zone, local);
        return function(DSL.name("timezone"), type, inline("UTC"), instant);
    }

    /**
     * A later instant.
     *
     * @param time an instant
     * @param duration how much later
     * @return so much later
     */
    public static Field<Instant> later(Field<Instant> time, Duration duration) {
        return time.coerce(SQLDataType.LOCALDATETIME)
                .add(inline(DayToSecond.valueOf(duration), SQLDataType.INTERVALDAYTOSECOND))
                .coerce(time.getDataType());
    }
}
