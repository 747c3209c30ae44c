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
 * Reads the newest entries of a log by their ids, because the logs have no index on their times. A query fails if the
 * last day may have more entries than it reads.
 */
final class NewestEntries {
    /** How many ids below the highest one are read. */
    static final int NUMBER = 200_000;

    static final Duration DAY = Duration.ofDays(1);

    private NewestEntries() {}

    /**
     * Starts a query over the newest entries.
     *
     * @param log the table
     * @param id its ids, which follow the times
     * @param loggedAt its times
     */
    static FamilyQuery of(Table<?> log, Field<Integer> id, Field<Instant> loggedAt, Instant now) {
        Field<Integer> newestUnread =
                field(select(max(id).minus(inline(NUMBER))).from(log));
        Condition isRead = id.gt(newestUnread);
        Field<Instant> oldestRead =
                field(select(loggedAt).from(log).where(isRead).orderBy(id).limit(inline(1)));
        Condition hasUnread = field(select(min(id)).from(log)).le(newestUnread);
        return FamilyQuery.from(log)
                .where(isRead)
                .failIf(
                        hasUnread.and(oldestRead.gt(now.minus(DAY))),
                        "the newest " + NUMBER + " entries are all of the last day, which may have more");
    }
}
