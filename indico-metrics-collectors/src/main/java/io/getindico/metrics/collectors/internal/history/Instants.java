package io.getindico.metrics.collectors.internal.history;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.row;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jooq.DataType;
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
    private static final Field<DayToSecond> LENGTH =
            field(DSL.name("spans", "length"), SQLDataType.INTERVALDAYTOSECOND);

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
        return DSL.values(
                        row(inline(1), interval(Duration.ofDays(1))),
                        row(inline(7), interval(Duration.ofDays(7))),
                        row(inline(30), interval(Duration.ofDays(30))))
                .as("spans", "days", "length");
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
        return sum(time, LENGTH);
    }

    /**
     * A later instant.
     *
     * @param time an instant
     * @param duration how much later
     * @return so much later
     */
    public static Field<Instant> later(Field<Instant> time, Duration duration) {
        return sum(time, interval(duration));
    }

    private static Field<DayToSecond> interval(Duration duration) {
        return inline(DayToSecond.valueOf(duration), SQLDataType.INTERVALDAYTOSECOND);
    }

    private static Field<Instant> sum(Field<Instant> time, Field<DayToSecond> interval) {
        return time.coerce(SQLDataType.LOCALDATETIME).add(interval).coerce(time.getDataType());
    }
}
