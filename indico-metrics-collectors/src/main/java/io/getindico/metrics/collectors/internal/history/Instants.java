package io.getindico.metrics.collectors.internal.history;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.localDateTimeAdd;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.values;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jooq.DataType;
import org.jooq.DatePart;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;

/**
 * Expressions for instants in the past.
 *
 * @since 0.1.0
 */
public final class Instants {
    private static final Field<Integer> DAYS = field(DSL.name("spans", "days"), SQLDataType.INTEGER);

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
     * A table that repeats each row for a window of 1, of 7 and of 30 days.
     *
     * @return a table to cross join
     */
    public static Table<?> spans() {
        return values(row(inline(1)), row(inline(7)), row(inline(30))).as("spans", "days");
    }

    /** {@return the length in days of the window of a row of {@link #spans}} */
    public static Field<Integer> days() {
        return DAYS;
    }

    /**
     * The end of the window of a row of {@link #spans}.
     *
     * @param time when it begins
     * @return so many days later
     */
    public static Field<Instant> endOfSpan(Field<Instant> time) {
        return later(time, DAYS, DatePart.DAY);
    }

    /**
     * A later instant.
     *
     * @param time an instant
     * @param number how much later
     * @param part of days or other parts
     * @return so much later
     */
    public static Field<Instant> later(Field<Instant> time, Field<Integer> number, DatePart part) {
        return localDateTimeAdd(time.coerce(SQLDataType.LOCALDATETIME), number, part)
                .coerce(time.getDataType());
    }

    /**
     * The next instant that PostgreSQL can tell from this one.
     *
     * @param time an instant
     * @return a microsecond later
     */
    public static Field<Instant> after(Field<Instant> time) {
        return time.coerce(SQLDataType.LOCALDATETIME)
                .add(inline(DayToSecond.valueOf(Duration.ofNanos(1000)), SQLDataType.INTERVALDAYTOSECOND))
                .coerce(time.getDataType());
    }
}
