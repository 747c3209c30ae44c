package io.getindico.metrics.collectors.surveys;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.event_surveys.tables.Items.ITEMS;
import static io.getindico.metrics.jooq.event_surveys.tables.Submissions.SUBMISSIONS;
import static io.getindico.metrics.jooq.event_surveys.tables.Surveys.SURVEYS;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.collectors.internal.flags.Flags;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import io.getindico.metrics.jooq.enums.SurveyItemType;
import java.time.Instant;
import java.util.List;
import org.jooq.Field;

/**
 * Counts surveys by the state that Indico computes, and their submissions. Deleted surveys and those of deleted events
 * do not count.
 *
 * <p>A survey without a question is {@code not_ready}; one whose start is not set or lies ahead is {@code
 * ready_to_open}; one with as many submissions as its limit allows, drafts included, is {@code limit_reached}, also after
 * its end; then {@code finished} after its end, and otherwise {@code active}, with submissions or without. A {@code
 * draft} is a submission that is saved and not submitted.
 *
 * <p>Makes one pass over each of {@code event_surveys.items} and {@code submissions} and two over the few {@code
 * surveys}, and counts the submissions to a survey that has a limit through their index. The set of deleted events is
 * shared with other collectors.
 *
 * <pre>
 * # TYPE indico_survey_submissions gauge
 * indico_survey_submissions{state="draft"} 17.0
 * indico_survey_submissions{state="submitted"} 71.0
 * # TYPE indico_surveys gauge
 * indico_surveys{state="active"} 9.0
 * indico_surveys{state="finished"} 0.0
 * indico_surveys{state="limit_reached"} 1.0
 * indico_surveys{state="not_ready"} 2.0
 * indico_surveys{state="ready_to_open"} 5.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class SurveysCollector implements MetricCollector {
    private static final Label STATE =
            Label.closed("state", "not_ready", "ready_to_open", "active", "limit_reached", "finished");
    private static final Label SUBMISSION_STATE = Label.closed("state", "submitted", "draft");
    private static final MetricFamily BY_STATE = MetricFamily.gauge("indico_surveys")
            .help("Surveys of events by state, without deleted ones.")
            .purpose("Shows event managers how many surveys are open. Indico's two active states are one here.")
            .labels(STATE)
            .timeDependent()
            .profile(Profile.FULL)
            .build();
    private static final MetricFamily BY_SUBMISSION_STATE = MetricFamily.gauge("indico_survey_submissions")
            .help("Submissions to surveys by state, without those to deleted surveys or of deleted events; drafts are"
                    + " saved and not submitted.")
            .purpose("Supplies a figure for the annual report.")
            .labels(SUBMISSION_STATE)
            .profile(Profile.FULL)
            .build();

    @Override
    public String name() {
        return "surveys";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BY_STATE, BY_SUBMISSION_STATE);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        DeadObjects dead = new DeadObjects();
        return List.of(
                FamilyQuery.from(SURVEYS)
                        .where(SURVEYS.IS_DELETED.isFalse(), dead.isEventAlive(SURVEYS.EVENT_ID))
                        .by(STATE, state(context.now()))
                        .value(BY_STATE, countRows()),
                submissions());
    }

    private static Field<String> state(Instant now) {
        IdSet withQuestions =
                IdSet.of("surveys_with_questions", ITEMS.SURVEY_ID, ITEMS, ITEMS.TYPE.eq(SurveyItemType.QUESTION));
        Field<Integer> submissions =
                field(select(count()).from(SUBMISSIONS).where(SUBMISSIONS.SURVEY_ID.eq(SURVEYS.ID)));
        return when(withQuestions.doesNotContain(SURVEYS.ID), inline("not_ready"))
                .when(SURVEYS.START_DT.isNull().or(SURVEYS.START_DT.gt(now)), inline("ready_to_open"))
                .when(SURVEYS.SUBMISSION_LIMIT.le(submissions), inline("limit_reached"))
                .when(SURVEYS.END_DT.le(now), inline("finished"))
                .otherwise(inline("active"));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        return List.of(FamilyHistory.approximate(
                        submissions(),
                        "Answers that were deleted and those of deleted surveys and events are missing; an unfinished one counts"
                                + " from an unknown date on.")
                .from(SUBMISSIONS.SUBMITTED_DT));
    }

    private static FamilyQuery submissions() {
        IdSet deadSurveys = IdSet.of(
                "dead_surveys",
                SURVEYS.ID,
                SURVEYS,
                SURVEYS.IS_DELETED
                        .isTrue()
                        .or(new DeadObjects().isEventAlive(SURVEYS.EVENT_ID).not()));
        return FamilyQuery.from(SUBMISSIONS)
                .where(deadSurveys.doesNotContain(SUBMISSIONS.SURVEY_ID))
                .by(SUBMISSION_STATE, Flags.choose(SUBMISSIONS.IS_SUBMITTED, "submitted", "draft"))
                .value(BY_SUBMISSION_STATE, countRows());
    }
}
