package io.getindico.metrics.collectors.reviewing;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.event_paper_reviewing.tables.Revisions.REVISIONS;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.internal.events.EventLabels;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import io.getindico.metrics.jooq.enums.PaperRevisionState;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;

/**
 * Counts the papers in reviewing by the state of their newest revision and by the phase of their event. It also exports
 * since when the oldest has been waiting for a judgment. A contribution with at least one revision has one paper.
 * Papers of deleted contributions and events do not count.
 *
 * <p>Makes one pass over {@code event_paper_reviewing.revisions}, and looks up the event of each paper that waits for a
 * judgment. The set of deleted contributions is shared with other collectors; those of contributions of upcoming and
 * unfinished events are small.
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
}
