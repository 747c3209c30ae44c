package io.getindico.metrics.collectors.liveness;

import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Sessions.SESSIONS;
import static io.getindico.metrics.jooq.events.tables.Subcontributions.SUBCONTRIBUTIONS;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.trueCondition;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;

/**
 * The events, contributions, subcontributions and sessions that are deleted, themselves or by what they stand in: Indico
 * flags the object deleted and not its children. Read once per transaction, in one pass over each of the four tables.
 *
 * @since 0.1.0
 */
public final class DeadObjects {
    private final IdSet events;
    private final IdSet contributions;
    private final IdSet subcontributions;
    private final IdSet sessions;

    private DeadObjects(IdSet events, IdSet contributions, IdSet subcontributions, IdSet sessions) {
        this.events = events;
        this.contributions = contributions;
        this.subcontributions = subcontributions;
        this.sessions = sessions;
    }

    /**
     * Gets the transaction's.
     *
     * @param context a collector's context
     * @return the same for all collectors of the transaction
     */
    public static DeadObjects of(CollectionContext context) {
        return context.shared(DeadObjects.class, DeadObjects::read);
    }

    private static DeadObjects read(DSLContext dsl) {
        // Not "= true", for which there is an index: PostgreSQL would fetch nearly all pages by it, and for them put
        // out of
        // its memory what Indico works with. A table read from end to end stays within 256 kB.
        IdSet events =
                IdSet.read(dsl, "dead_events", EVENTS.ID, EVENTS, EVENTS.IS_DELETED.isDistinctFrom(inline(false)));
        IdSet contributions = IdSet.read(
                dsl,
                "dead_contributions",
                CONTRIBUTIONS.ID,
                CONTRIBUTIONS,
                CONTRIBUTIONS.IS_DELETED.isTrue().or(events.contains(CONTRIBUTIONS.EVENT_ID)));
        IdSet subcontributions = IdSet.read(
                dsl,
                "dead_subcontributions",
                SUBCONTRIBUTIONS.ID,
                SUBCONTRIBUTIONS,
                SUBCONTRIBUTIONS.IS_DELETED.isTrue().or(contributions.contains(SUBCONTRIBUTIONS.CONTRIBUTION_ID)));
        IdSet sessions = IdSet.read(
                dsl,
                "dead_sessions",
                SESSIONS.ID,
                SESSIONS,
                SESSIONS.IS_DELETED.isTrue().or(events.contains(SESSIONS.EVENT_ID)));
        return new DeadObjects(events, contributions, subcontributions, sessions);
    }

    /**
     * Whether what a row links to is alive, all the way up. Exactly one of the columns is not NULL, as Indico's schema
     * demands of its links.
     *
     * @param event the column of a link to an event
     * @param contribution to a contribution
     * @param subcontribution to a subcontribution
     * @param session to a session
     * @return true or false; true for a link to something else
     */
    public Condition spare(
            Field<Integer> event, Field<Integer> contribution, Field<Integer> subcontribution, Field<Integer> session) {
        return condition(when(event.isNotNull(), events.lacks(event))
                .when(contribution.isNotNull(), contributions.lacks(contribution))
                .when(subcontribution.isNotNull(), subcontributions.lacks(subcontribution))
                .when(session.isNotNull(), sessions.lacks(session))
                .otherwise(trueCondition()));
    }
}
