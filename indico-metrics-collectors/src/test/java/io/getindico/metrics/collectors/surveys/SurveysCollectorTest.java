package io.getindico.metrics.collectors.surveys;

import static io.getindico.metrics.jooq.event_surveys.tables.Items.ITEMS;
import static io.getindico.metrics.jooq.event_surveys.tables.Submissions.SUBMISSIONS;
import static io.getindico.metrics.jooq.event_surveys.tables.Surveys.SURVEYS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.SurveyItemType;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SurveysCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new SurveysCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int event = rows.row(EVENTS).insert();
        for (SurveyItemType item : SurveyItemType.values()) {
            item(rows, survey(rows, event, NOW, null, null), item);
        }
        survey(rows, event, NOW, null, null);
        surveyWithQuestion(rows, event, null, null, null);
        surveyWithQuestion(rows, event, NOW.plus(TICK), NOW.plus(TICK), 0);
        surveyWithQuestion(rows, event, NOW.minus(TICK), NOW.plus(TICK), null);
        surveyWithQuestion(rows, event, NOW.minus(TICK), NOW, null);
        submit(rows, surveyWithQuestion(rows, event, NOW, null, 3), 1, 1);
        submit(rows, surveyWithQuestion(rows, event, NOW, null, 2), 1, 1);
        submit(rows, surveyWithQuestion(rows, event, NOW.minus(TICK), NOW, 2), 3, 0);
        int deleted = surveyWithQuestion(rows, event, NOW, null, null);
        rows.update(SURVEYS, deleted, SURVEYS.IS_DELETED, true);
        submit(rows, deleted, 5, 5);
        int deletedEvent = rows.row(EVENTS).with(EVENTS.IS_DELETED, true).insert();
        submit(rows, surveyWithQuestion(rows, deletedEvent, NOW, null, null), 5, 5);
    }

    @Test
    void deletedSurveysAndThoseOfDeletedEventsDoNotCount(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of(
                        "indico_surveys{state=\"not_ready\"}", 3.0,
                        "indico_surveys{state=\"ready_to_open\"}", 2.0,
                        "indico_surveys{state=\"active\"}", 3.0,
                        "indico_surveys{state=\"limit_reached\"}", 2.0,
                        "indico_surveys{state=\"finished\"}", 1.0,
                        "indico_survey_submissions{state=\"submitted\"}", 5.0,
                        "indico_survey_submissions{state=\"draft\"}", 2.0));
    }

    @ParameterizedTest(name = "from {0} to {1} ticks from now with {3} submissions of at most {2}: {4}")
    @CsvSource({
        ", , , 0, ready_to_open",
        "1, 1, 0, 1, ready_to_open",
        "0, , , 9, active",
        "0, 1, 2, 1, active",
        "0, 1, 2, 2, limit_reached",
        "-1, 0, 2, 3, limit_reached",
        "-1, 0, 2, 1, finished",
        "-2, -1, , 9, finished"
    })
    void theStateIsThatOfIndico(
            @Nullable Integer start,
            @Nullable Integer end,
            @Nullable Integer limit,
            int submissions,
            String state,
            IndicoDatabase database,
            IndicoRows rows) {
        int event = rows.row(EVENTS).insert();
        submit(rows, surveyWithQuestion(rows, event, fromNow(start), fromNow(end), limit), 0, submissions);
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .containsEntry("indico_surveys{state=\"" + state + "\"}", 1.0);
    }

    private static @Nullable Instant fromNow(@Nullable Integer ticks) {
        return ticks == null ? null : NOW.plus(TICK.multipliedBy(ticks));
    }

    private static int surveyWithQuestion(
            IndicoRows rows, int event, @Nullable Instant start, @Nullable Instant end, @Nullable Integer limit) {
        int survey = survey(rows, event, start, end, limit);
        item(rows, survey, SurveyItemType.QUESTION);
        return survey;
    }

    private static int survey(
            IndicoRows rows, int event, @Nullable Instant start, @Nullable Instant end, @Nullable Integer limit) {
        return rows.row(SURVEYS)
                .with(SURVEYS.EVENT_ID, event)
                .with(SURVEYS.START_DT, start)
                .with(SURVEYS.END_DT, end)
                .with(SURVEYS.SUBMISSION_LIMIT, limit)
                .insert();
    }

    private static void item(IndicoRows rows, int survey, SurveyItemType type) {
        rows.row(ITEMS).with(ITEMS.SURVEY_ID, survey).with(ITEMS.TYPE, type).insert();
    }

    private static void submit(IndicoRows rows, int survey, int submitted, int drafts) {
        for (int i = 0; i < submitted + drafts; i++) {
            rows.row(SUBMISSIONS)
                    .with(SUBMISSIONS.SURVEY_ID, survey)
                    .with(SUBMISSIONS.IS_SUBMITTED, i < submitted)
                    .insert();
        }
    }
}
