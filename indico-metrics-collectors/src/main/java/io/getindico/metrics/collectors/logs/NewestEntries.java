package io.getindico.metrics.collectors.logs;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.FamilyQuery;
import java.time.Duration;
import java.time.Instant;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;

/**
 * The newest entries of a log by their ids, because the logs have no index on their times. A query over them fails if the
 * last day may have more.
 *
 * @param areRead a condition that is true for the entries that are read
 * @param mayLack a condition that is true if the last day may have entries that are not read
 */
record NewestEntries(Condition areRead, Condition mayLack) {
    /** How many ids below the highest one are read. */
    static final int NUMBER = 200_000;

    static final Duration DAY = Duration.ofDays(1);

    /**
     * Chooses the newest entries.
     *
     * @param log the table
     * @param id its ids, which follow the times
     * @param loggedAt its times
     */
    static NewestEntries of(Table<?> log, Field<Integer> id, Field<Instant> loggedAt, Instant now) {
        Field<Integer> newestUnread =
                field(select(max(id).minus(inline(NUMBER))).from(log));
        Condition areRead = id.gt(newestUnread);
        Field<Instant> oldestRead =
                field(select(loggedAt).from(log).where(areRead).orderBy(id).limit(inline(1)));
        Condition hasUnread = field(select(min(id)).from(log)).le(newestUnread);
        return new NewestEntries(areRead, hasUnread.and(oldestRead.gt(now.minus(DAY))));
    }

    /**
     * Starts a query.
     *
     * @param table contains only entries that are read
     */
    FamilyQuery from(Table<?> table) {
        return FamilyQuery.from(table)
                .failIf(mayLack, "the newest " + NUMBER + " entries are all of the last day, which may have more");
    }
}
