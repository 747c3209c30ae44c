package io.getindico.metrics.collectors.internal.liveness;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Sessions.SESSIONS;
import static io.getindico.metrics.jooq.events.tables.Subcontributions.SUBCONTRIBUTIONS;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.trueCondition;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.IdSet;
import org.jooq.Condition;
import org.jooq.Field;

/**
 * The events, contributions, subcontributions and sessions that are deleted or whose parent is deleted. Indico marks
 * only the deleted object, not its children. There is also a set of the deleted categories. The engine reads each set
 * that a query needs once per transaction, in one pass over its table.
 *
 * @since 0.1.0
 */
public final class DeadObjects {
    // The condition is not "= true", because PostgreSQL would use an index for that. It would then fetch nearly all
    // pages and evict Indico's working set from its buffers. A sequential scan uses only 256 kB of them.
    private final IdSet events =
            IdSet.of("dead_events", EVENTS.ID, EVENTS, EVENTS.IS_DELETED.isDistinctFrom(inline(false)));
    private final IdSet contributions = IdSet.of(
            "dead_contributions",
            CONTRIBUTIONS.ID,
            CONTRIBUTIONS,
            CONTRIBUTIONS.IS_DELETED.isTrue().or(events.contains(CONTRIBUTIONS.EVENT_ID)));
    private final IdSet subcontributions = IdSet.of(
            "dead_subcontributions",
            SUBCONTRIBUTIONS.ID,
            SUBCONTRIBUTIONS,
            SUBCONTRIBUTIONS.IS_DELETED.isTrue().or(contributions.contains(SUBCONTRIBUTIONS.CONTRIBUTION_ID)));
    private final IdSet sessions = IdSet.of(
            "dead_sessions",
            SESSIONS.ID,
            SESSIONS,
            SESSIONS.IS_DELETED.isTrue().or(events.contains(SESSIONS.EVENT_ID)));
    private final IdSet categories =
            IdSet.of("dead_categories", CATEGORIES.ID, CATEGORIES, CATEGORIES.IS_DELETED.isTrue());

    /** Defines the sets. Collectors that use them share them. */
    public DeadObjects() {}

    /**
     * Whether the event of a row is not deleted.
     *
     * @param event the column with the event's id
     * @return true or false
     */
    public Condition isEventAlive(Field<Integer> event) {
        return events.doesNotContain(event);
    }

    /**
     * Whether the contribution of a row and its event are not deleted.
     *
     * @param contribution the column with the contribution's id
     * @return true or false
     */
    public Condition isContributionAlive(Field<Integer> contribution) {
        return contributions.doesNotContain(contribution);
    }

    /**
     * Whether the object that a row links to and all its parents are not deleted. Indico's schema guarantees that
     * exactly one of the columns is not NULL.
     *
     * @param event the column of a link to an event
     * @param contribution to a contribution
     * @param subcontribution to a subcontribution
     * @param session to a session
     * @return true or false; true for a link to any other object
     */
    public Condition isAlive(
            Field<Integer> event, Field<Integer> contribution, Field<Integer> subcontribution, Field<Integer> session) {
        return condition(when(event.isNotNull(), events.doesNotContain(event))
                .when(contribution.isNotNull(), contributions.doesNotContain(contribution))
                .when(subcontribution.isNotNull(), subcontributions.doesNotContain(subcontribution))
                .when(session.isNotNull(), sessions.doesNotContain(session))
                .otherwise(trueCondition()));
    }

    /**
     * Whether a category is not deleted. Its parents are not checked.
     *
     * @param category the column with the category's id
     * @return true or false; true for NULL
     */
    public Condition isCategoryAlive(Field<Integer> category) {
        return categories.doesNotContain(category);
    }
}
