package io.getindico.metrics.collectors.internal.history;

import static io.getindico.metrics.api.Value.countRows;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.row;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricFamily;
import java.time.Duration;
import java.time.Instant;
import org.jooq.Field;
import org.jooq.Row2;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;

/**
 * The past of families that count what came into being within 1, 7 and 30 days. A row counts for each of these spans,
 * from its instant on, until the span is over.
 *
 * @since 0.1.0
 */
public final class Spans {
    private static final Table<?> ALL = DSL.values(span(1), span(7), span(30)).as("spans", "days", "length");
    private static final Field<Integer> DAYS = field(name("spans", "days"), SQLDataType.INTEGER);
    private static final Field<DayToSecond> LENGTH = field(name("spans", "length"), SQLDataType.INTERVALDAYTOSECOND);

    private Spans() {}

    private static Row2<Integer, DayToSecond> span(int days) {
        return row(inline(days), Instants.interval(Duration.ofDays(days)));
    }

    /**
     * Repeats each row of a table for each span.
     *
     * @param rows the table
     * @return the table of the query that {@link #count} takes
     */
    public static Table<?> of(Table<?> rows) {
        return rows.crossJoin(ALL);
    }

    /**
     * Counts the rows by span.
     *
     * @param query a query over {@link #of}
     * @param oneDay counts the rows of the last day
     * @param sevenDays counts the rows of the last 7 days
     * @param thirtyDays counts the rows of the last 30 days
     * @return the query
     */
    public static FamilyQuery count(
            FamilyQuery query, MetricFamily oneDay, MetricFamily sevenDays, MetricFamily thirtyDays) {
        return query.value(oneDay, countRows().where(DAYS.eq(1)))
                .value(sevenDays, countRows().where(DAYS.eq(7)))
                .value(thirtyDays, countRows().where(DAYS.eq(30)));
    }

    /**
     * The end of a row's span.
     *
     * @param time when the span begins
     * @return when it is over
     */
    public static Field<Instant> end(Field<Instant> time) {
        return Instants.sum(time, LENGTH);
    }
}
