package io.getindico.metrics.collectors.programme;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Sessions.SESSIONS;
import static io.getindico.metrics.jooq.events.tables.Subcontributions.SUBCONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.TimetableEntries.TIMETABLE_ENTRIES;
import static org.jooq.impl.DSL.noCondition;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import java.util.List;

/**
 * Counts the contributions, subcontributions and sessions that are not deleted, and whose event and contribution are
 * not deleted. A contribution is {@code scheduled} if the timetable has it, and otherwise {@code unscheduled}.
 *
 * <p>Three queries make one pass over each of {@code events.contributions}, {@code subcontributions} and {@code
 * sessions}. Before them comes one pass over each of {@code events.timetable_entries}, {@code events} and {@code
 * contributions}; the results of the last two are shared with other collectors.
 *
 * <pre>
 * # TYPE indico_contributions gauge
 * indico_contributions{state="scheduled"} 455.0
 * indico_contributions{state="unscheduled"} 224.0
 * # TYPE indico_sessions gauge
 * indico_sessions 127.0
 * # TYPE indico_subcontributions gauge
 * indico_subcontributions 82.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class ProgrammeCollector implements MetricCollector {
    private static final Label STATE = Label.closed("state", "scheduled", "unscheduled");
    private static final MetricFamily ALL_CONTRIBUTIONS = MetricFamily.gauge("indico_contributions")
            .help("Contributions of events by state, without deleted ones; scheduled ones are in the timetable.")
            .purpose("Supplies a figure for the annual report. Indico's own statistics page shows the scheduled ones.")
            .labels(STATE)
            .profile(Profile.FULL)
            .build();
    private static final MetricFamily ALL_SUBCONTRIBUTIONS = MetricFamily.gauge("indico_subcontributions")
            .help("Subcontributions that are not deleted, of contributions and events that are not deleted.")
            .purpose("Supplies a figure for the annual report.")
            .profile(Profile.FULL)
            .build();
    private static final MetricFamily ALL_SESSIONS = MetricFamily.gauge("indico_sessions")
            .help("Sessions of events, without deleted ones.")
            .purpose("Supplies a figure for the annual report.")
            .profile(Profile.FULL)
            .build();

    @Override
    public String name() {
        return "programme";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(ALL_CONTRIBUTIONS, ALL_SUBCONTRIBUTIONS, ALL_SESSIONS);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        DeadObjects dead = new DeadObjects();
        IdSet scheduled = scheduled();
        return List.of(
                FamilyQuery.from(CONTRIBUTIONS)
                        .where(CONTRIBUTIONS.IS_DELETED.isFalse(), dead.isEventAlive(CONTRIBUTIONS.EVENT_ID))
                        .by(STATE, scheduled.contains(CONTRIBUTIONS.ID), "scheduled", "unscheduled")
                        .value(ALL_CONTRIBUTIONS, countRows()),
                FamilyQuery.from(SUBCONTRIBUTIONS)
                        .where(
                                SUBCONTRIBUTIONS.IS_DELETED.isFalse(),
                                dead.isContributionAlive(SUBCONTRIBUTIONS.CONTRIBUTION_ID))
                        .value(ALL_SUBCONTRIBUTIONS, countRows()),
                FamilyQuery.from(SESSIONS)
                        .where(SESSIONS.IS_DELETED.isFalse(), dead.isEventAlive(SESSIONS.EVENT_ID))
                        .value(ALL_SESSIONS, countRows()));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        DeadObjects dead = new DeadObjects();
        String why =
                "It counts from the creation of its event on, because Indico does not keep its own; deleted ones are"
                        + " missing.";
        return List.of(
                FamilyHistory.approximate(
                                FamilyQuery.from(CONTRIBUTIONS.join(EVENTS).on(EVENTS.ID.eq(CONTRIBUTIONS.EVENT_ID)))
                                        .where(CONTRIBUTIONS.IS_DELETED.isFalse(), EVENTS.IS_DELETED.isFalse())
                                        .by(STATE, scheduled().contains(CONTRIBUTIONS.ID), "scheduled", "unscheduled")
                                        .value(ALL_CONTRIBUTIONS, countRows()),
                                why)
                        .from(EVENTS.CREATED_DT)
                        .inPartsOf(CONTRIBUTIONS.ID),
                FamilyHistory.approximate(
                                FamilyQuery.from(SUBCONTRIBUTIONS
                                                .join(CONTRIBUTIONS)
                                                .on(CONTRIBUTIONS.ID.eq(SUBCONTRIBUTIONS.CONTRIBUTION_ID))
                                                .join(EVENTS)
                                                .on(EVENTS.ID.eq(CONTRIBUTIONS.EVENT_ID)))
                                        .where(
                                                SUBCONTRIBUTIONS.IS_DELETED.isFalse(),
                                                dead.isContributionAlive(SUBCONTRIBUTIONS.CONTRIBUTION_ID))
                                        .value(ALL_SUBCONTRIBUTIONS, countRows()),
                                why)
                        .from(EVENTS.CREATED_DT)
                        .inPartsOf(SUBCONTRIBUTIONS.ID),
                FamilyHistory.approximate(
                                FamilyQuery.from(SESSIONS.join(EVENTS).on(EVENTS.ID.eq(SESSIONS.EVENT_ID)))
                                        .where(SESSIONS.IS_DELETED.isFalse(), EVENTS.IS_DELETED.isFalse())
                                        .value(ALL_SESSIONS, countRows()),
                                why)
                        .from(EVENTS.CREATED_DT)
                        .inPartsOf(SESSIONS.ID));
    }

    private static IdSet scheduled() {
        return IdSet.of("scheduled_contributions", TIMETABLE_ENTRIES.CONTRIBUTION_ID, TIMETABLE_ENTRIES, noCondition());
    }
}
