package io.getindico.metrics.collectors.reviewing;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.event_paper_reviewing.tables.Revisions.REVISIONS;
import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.lead;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.internal.events.EventLabels;
import io.getindico.metrics.collectors.internal.history.Decision;
import io.getindico.metrics.collectors.internal.history.PhasesOfEvent;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import io.getindico.metrics.jooq.enums.PaperRevisionState;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

/**
 * Counts the papers in reviewing by the state of their newest revision and by the phase of their event. It also exports
 * since when the oldest has been waiting for a judgment. A contribution with at least one revision has one paper.
 * Papers of deleted contributions and events do not count.
 *
 * <p>Makes one pass over {@code event_paper_reviewing.revisions}, and looks up the contribution of each paper that
 * waits for a judgment. The sets of deleted contributions and of recent events are shared with other collectors; those of
 * contributions of upcoming and unfinished events are small.
 *
 * <pre>
 * # TYPE indico_papers gauge
 * indico_papers{event_phase="past",state="accepted"} 7.0
 * indico_papers{event_phase="past",state="rejected"} 8.0
 * indico_papers{event_phase="past",state="to_be_corrected"} 10.0
 * indico_papers{event_phase="upcoming",state="submitted"} 2.0
 * # TYPE indico_papers_oldest_submitted_timestamp_seconds gauge
 * indico_papers_oldest_submitted_timestamp_seconds 1.60944099E9
 * </pre>
 *
 * @since 0.1.0
 */
public final class PapersCollector implements MetricCollector {
    private static final Label STATE = Label.closed("state", "submitted", "accepted", "rejected", "to_be_corrected");
    private static final MetricFamily BY_STATE = MetricFamily.gauge("indico_papers")
            .help("Papers by state of the newest revision and by event phase, without those of deleted contributions"
                    + " or events.")
            .purpose("Shows a conference office and the editors of proceedings what is left to do.")
            .labels(STATE, EventLabels.PHASE)
            .timeDependent()
            .build();
    private static final MetricFamily OLDEST = MetricFamily.gauge("indico_papers_oldest_submitted_timestamp_seconds")
            .help("When the oldest paper without a judgment was submitted, in Unix time, except for events that ended"
                    + " over 365 days ago.")
            .purpose("Tells a conference office that papers are not judged. Proceedings are judged after the"
                    + " conference; without the limit, papers that nobody ever judges would hide the others.")
            .unit("seconds")
            .timeDependent()
            .build();

    @Override
    public String name() {
        return "papers";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BY_STATE, OLDEST);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Table<?> newest = select(REVISIONS.CONTRIBUTION_ID, REVISIONS.STATE, REVISIONS.SUBMITTED_DT)
                .distinctOn(REVISIONS.CONTRIBUTION_ID)
                .from(REVISIONS)
                .orderBy(REVISIONS.CONTRIBUTION_ID, REVISIONS.SUBMITTED_DT.desc())
                .asTable("newest");
        Field<Integer> contribution = newest.field(REVISIONS.CONTRIBUTION_ID);
        ContributionEvents events = new ContributionEvents(context.now());
        Condition isAwaited =
                newest.field(REVISIONS.STATE).eq(PaperRevisionState.SUBMITTED).and(events.isRecent(contribution));
        return List.of(FamilyQuery.from(newest)
                .where(new DeadObjects().isContributionAlive(contribution))
                .by(STATE, newest.field(REVISIONS.STATE))
                .by(EventLabels.PHASE, events.phase(contribution))
                .value(BY_STATE, countRows())
                .value(OLDEST, earliest(newest.field(REVISIONS.SUBMITTED_DT)).where(isAwaited)));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        Table<?> revisions = select(
                        REVISIONS.CONTRIBUTION_ID,
                        REVISIONS.STATE,
                        REVISIONS.SUBMITTED_DT,
                        REVISIONS.JUDGMENT_DT,
                        lead(REVISIONS.SUBMITTED_DT)
                                .over()
                                .partitionBy(REVISIONS.CONTRIBUTION_ID)
                                .orderBy(REVISIONS.SUBMITTED_DT)
                                .as("revised_at"))
                .from(REVISIONS)
                .asTable("papers");
        Field<Integer> contribution = revisions.field(REVISIONS.CONTRIBUTION_ID);
        Field<PaperRevisionState> state = revisions.field(REVISIONS.STATE);
        Field<Instant> revisedAt = field(DSL.name("papers", "revised_at"), REVISIONS.SUBMITTED_DT.getDataType());
        Decision judgment = new Decision(
                revisions.field(REVISIONS.SUBMITTED_DT),
                state.eq(PaperRevisionState.SUBMITTED),
                revisions.field(REVISIONS.JUDGMENT_DT));
        return List.of(FamilyHistory.nearExact(
                        FamilyQuery.from(revisions
                                        .join(CONTRIBUTIONS)
                                        .on(CONTRIBUTIONS.ID.eq(contribution))
                                        .join(EVENTS)
                                        .on(EVENTS.ID.eq(CONTRIBUTIONS.EVENT_ID))
                                        .crossJoin(judgment.table())
                                        .crossJoin(PhasesOfEvent.table()))
                                .where(judgment.exists(), new DeadObjects().isContributionAlive(contribution))
                                .by(STATE, judgment.state(PaperRevisionState.SUBMITTED, state))
                                .by(EventLabels.PHASE, PhasesOfEvent.PHASE)
                                .value(BY_STATE, countRows()),
                        "An event has its present dates from the beginning, a judgment that was made again counts from its"
                                + " last date on, and papers of deleted contributions and events are missing.")
                .from(PhasesOfEvent.begin(judgment.begin()))
                .until(least(PhasesOfEvent.END, judgment.until(), revisedAt)));
    }
}
