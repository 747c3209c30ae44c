package io.getindico.metrics.collectors.reviewing;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.event_abstracts.tables.AbstractReviews.ABSTRACT_REVIEWS;
import static io.getindico.metrics.jooq.event_abstracts.tables.Abstracts.ABSTRACTS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.choose;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.collectors.internal.events.EventLabels;
import io.getindico.metrics.collectors.internal.events.EventPhase;
import io.getindico.metrics.collectors.internal.events.Windows;
import io.getindico.metrics.collectors.internal.history.Decision;
import io.getindico.metrics.collectors.internal.history.PhasesOfEvent;
import io.getindico.metrics.collectors.internal.history.Spans;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import io.getindico.metrics.jooq.enums.AbstractState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;

/**
 * Counts abstracts by the state that Indico displays and by the phase of their event, and those submitted recently. It
 * also exports since when the oldest has been waiting for a judgment. Indico displays {@code awaiting} for a submitted
 * abstract without a review, and {@code under_review} from the first review on.
 *
 * <p>Deleted abstracts and those of deleted events count only among those submitted recently. Invited abstracts are not
 * submitted yet, and do not count there.
 *
 * <p>Makes one pass over each of {@code event_abstracts.abstracts} and {@code abstract_reviews}. The sets of deleted,
 * upcoming and unfinished events are shared with other collectors.
 *
 * <pre>
 * # TYPE indico_abstracts gauge
 * indico_abstracts{event_phase="ongoing",state="accepted"} 1.0
 * indico_abstracts{event_phase="past",state="accepted"} 22.0
 * indico_abstracts{event_phase="upcoming",state="awaiting"} 4.0
 * indico_abstracts{event_phase="upcoming",state="under_review"} 3.0
 * # TYPE indico_abstracts_oldest_submitted_timestamp_seconds gauge
 * indico_abstracts_oldest_submitted_timestamp_seconds 1.476889495E9
 * # TYPE indico_abstracts_submitted_1d gauge
 * indico_abstracts_submitted_1d 2.0
 * # TYPE indico_abstracts_submitted_30d gauge
 * indico_abstracts_submitted_30d 3.0
 * # TYPE indico_abstracts_submitted_7d gauge
 * indico_abstracts_submitted_7d 3.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class AbstractsCollector implements MetricCollector {
    private static final Label STATE = Label.closed(
            "state", "awaiting", "under_review", "withdrawn", "accepted", "rejected", "merged", "duplicate", "invited");
    private static final MetricFamily BY_STATE = MetricFamily.gauge("indico_abstracts")
            .help("Abstracts of events by the state that Indico displays and by event phase, without deleted ones.")
            .purpose("A conference office looks at those of upcoming events; the others are archived.")
            .labels(STATE, EventLabels.PHASE)
            .timeDependent()
            .build();
    private static final MetricFamily SUBMITTED_1D = submitted("1d", "day");
    private static final MetricFamily SUBMITTED_7D = submitted("7d", "7 days");
    private static final MetricFamily SUBMITTED_30D = submitted("30d", "30 days");
    private static final MetricFamily OLDEST = MetricFamily.gauge("indico_abstracts_oldest_submitted_timestamp_seconds")
            .help("When the oldest abstract without a judgment was submitted, for events that are not over, in Unix"
                    + " time.")
            .purpose("Tells a conference office that a programme committee does not judge.")
            .unit("seconds")
            .timeDependent()
            .build();

    private static MetricFamily submitted(String window, String words) {
        return MetricFamily.gauge("indico_abstracts_submitted_" + window)
                .help("Abstracts submitted in the last " + words
                        + ", whatever their state is now, including deleted ones.")
                .purpose("Shows the load before a deadline.")
                .timeDependent()
                .build();
    }

    @Override
    public String name() {
        return "abstracts";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BY_STATE, SUBMITTED_1D, SUBMITTED_7D, SUBMITTED_30D, OLDEST);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Instant now = context.now();
        EventPhase phase = new EventPhase(now);
        Condition isAlive = ABSTRACTS.IS_DELETED.isFalse().and(new DeadObjects().isEventAlive(ABSTRACTS.EVENT_ID));
        Condition awaitsJudgment = ABSTRACTS.STATE.eq(AbstractState.SUBMITTED).and(phase.isNotOver(ABSTRACTS.EVENT_ID));
        return List.of(FamilyQuery.from(ABSTRACTS)
                .by(STATE, displayedState())
                .by(EventLabels.PHASE, phase.ofEvent(ABSTRACTS.EVENT_ID))
                .value(BY_STATE, countRows().where(isAlive))
                .value(SUBMITTED_1D, submittedWithin(Duration.ofDays(1), now))
                .value(SUBMITTED_7D, submittedWithin(Duration.ofDays(7), now))
                .value(SUBMITTED_30D, submittedWithin(Duration.ofDays(30), now))
                .value(OLDEST, earliest(ABSTRACTS.SUBMITTED_DT).where(isAlive.and(awaitsJudgment))));
    }

    private static Value submittedWithin(Duration window, Instant now) {
        return countRows()
                .where(ABSTRACTS
                        .STATE
                        .ne(AbstractState.INVITED)
                        .and(Windows.last(ABSTRACTS.SUBMITTED_DT, now, window)));
    }

    private static Field<String> displayedState() {
        return choose(ABSTRACTS.STATE)
                .when(AbstractState.SUBMITTED, stateBeforeJudgment())
                .when(AbstractState.WITHDRAWN, "withdrawn")
                .when(AbstractState.ACCEPTED, "accepted")
                .when(AbstractState.REJECTED, "rejected")
                .when(AbstractState.MERGED, "merged")
                .when(AbstractState.DUPLICATE, "duplicate")
                .when(AbstractState.INVITED, "invited");
    }

    private static Field<String> stateBeforeJudgment() {
        IdSet reviewed = IdSet.of("reviewed_abstracts", ABSTRACT_REVIEWS.ABSTRACT_ID, ABSTRACT_REVIEWS, noCondition());
        return when(reviewed.contains(ABSTRACTS.ID), inline("under_review")).otherwise(inline("awaiting"));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        Condition isAlive = ABSTRACTS.IS_DELETED.isFalse().and(new DeadObjects().isEventAlive(ABSTRACTS.EVENT_ID));
        Decision judgment = new Decision(
                ABSTRACTS.SUBMITTED_DT, ABSTRACTS.STATE.eq(AbstractState.SUBMITTED), ABSTRACTS.JUDGMENT_DT);
        Spans submitted = new Spans(SUBMITTED_1D, SUBMITTED_7D, SUBMITTED_30D);
        return List.of(
                FamilyHistory.approximate(
                                FamilyQuery.from(ABSTRACTS
                                                .join(EVENTS)
                                                .on(EVENTS.ID.eq(ABSTRACTS.EVENT_ID))
                                                .crossJoin(judgment.table())
                                                .crossJoin(PhasesOfEvent.table()))
                                        .where(judgment.exists(), isAlive)
                                        .by(STATE, judgment.state(stateBeforeJudgment(), displayedState()))
                                        .by(EventLabels.PHASE, PhasesOfEvent.PHASE)
                                        .value(BY_STATE, countRows()),
                                "A reviewed abstract is under review from its submission on, a withdrawn one never waits, an event"
                                        + " has its present dates from the beginning, and deleted abstracts are missing.")
                        .from(PhasesOfEvent.begin(judgment.begin()))
                        .until(least(PhasesOfEvent.END, judgment.until()))
                        .inPartsOf(ABSTRACTS.ID),
                submitted
                        .limit(FamilyHistory.nearExact(
                                submitted.count(
                                        FamilyQuery.from(ABSTRACTS).where(ABSTRACTS.STATE.ne(AbstractState.INVITED))),
                                "Abstracts that were deleted for good are missing."))
                        .from(ABSTRACTS.SUBMITTED_DT)
                        .inPartsOf(ABSTRACTS.ID));
    }
}
