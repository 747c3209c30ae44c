package io.getindico.metrics.collectors.reminders;

import static io.getindico.metrics.collectors.Past.day;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Labels.LABELS;
import static io.getindico.metrics.jooq.events.tables.Reminders.REMINDERS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.collectors.Past;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RemindersCollectorTest extends CollectorContract {
    private static final Instant LATE = NOW.minus(Duration.ofMinutes(10));
    private static final Instant LONG_AGO = Instant.parse("0001-01-01T00:00:00Z");
    private static final String OLDEST_DUE = "indico_reminders_oldest_due_timestamp_seconds";

    @Override
    protected MetricCollector collector() {
        return new RemindersCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int event = event(rows, null);
        remind(rows, event, LATE.minus(TICK));
        remind(rows, event, LATE);
        remind(rows, event, LATE.plus(TICK));
        remind(rows, event(rows, label(rows, false)), NOW.plus(TICK));
        remind(rows, event(rows, label(rows, true)), LONG_AGO);
        remind(rows, deleted(rows, null), LONG_AGO);
        remind(rows, deleted(rows, label(rows, false)), LONG_AGO);
        remind(rows, deleted(rows, label(rows, true)), NOW.plus(TICK));
        rows.update(REMINDERS, remind(rows, event, LONG_AGO), REMINDERS.IS_SENT, true);
    }

    @Test
    void aReminderIsOverdueAfterTenMinutesUnlessItIsSuppressed(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of(
                        "indico_unsent_reminders{state=\"scheduled\"}",
                        2.0,
                        "indico_unsent_reminders{state=\"overdue\"}",
                        2.0,
                        "indico_unsent_reminders{state=\"suppressed\"}",
                        4.0,
                        OLDEST_DUE,
                        LATE.getEpochSecond() + 0.123455));
    }

    @Test
    void aReminderIsDueFromItsTimeOn(IndicoDatabase database, IndicoRows rows) {
        remind(rows, event(rows, null), NOW.plus(TICK));
        assertThat(ExpositionText.of(collector(), database)).doesNotContain(OLDEST_DUE);
        remind(rows, event(rows, null), NOW);
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .containsEntry(OLDEST_DUE, NOW.getEpochSecond() + 0.123456)
                .containsEntry("indico_unsent_reminders{state=\"scheduled\"}", 2.0);
    }

    @Test
    void inThePastAReminderIsScheduledUntilItIsSentOrLate(IndicoDatabase database, IndicoRows rows) {
        int event = event(rows, null);
        Duration late = Duration.ofMinutes(10);
        int sent = remind(rows, event, day(2));
        rows.update(REMINDERS, sent, REMINDERS.IS_SENT, true);
        int ofDeleted = remind(rows, deleted(rows, null), day(1));
        int sentOfDeleted = remind(rows, deleted(rows, null), day(1));
        rows.update(REMINDERS, sentOfDeleted, REMINDERS.IS_SENT, true);
        int overdue = remind(rows, event, day(3).minus(late));
        int notYet = remind(rows, event, day(3).minus(late).plus(TICK));
        for (int reminder : new int[] {sent, ofDeleted, sentOfDeleted, overdue, notYet}) {
            rows.update(REMINDERS, reminder, REMINDERS.CREATED_DT, day(0));
        }
        Map<String, Collection<Double>> past = Past.of(collector(), database, 5);
        assertThat(past.get("indico_unsent_reminders{state=\"scheduled\"}")).containsExactly(4.0, 3.0, 2.0, 1.0, 0.0);
        assertThat(past.get("indico_unsent_reminders{state=\"overdue\"}")).containsExactly(0.0, 0.0, 0.0, 1.0, 2.0);
        assertThat(past.get("indico_unsent_reminders{state=\"suppressed\"}")).containsExactly(1.0, 1.0, 1.0, 1.0, 1.0);
    }

    private static int label(IndicoRows rows, boolean isNotHappening) {
        return rows.row(LABELS)
                .with(LABELS.IS_EVENT_NOT_HAPPENING, isNotHappening)
                .insert();
    }

    private static int event(IndicoRows rows, @Nullable Integer label) {
        return rows.row(EVENTS).with(EVENTS.LABEL_ID, label).insert();
    }

    private static int deleted(IndicoRows rows, @Nullable Integer label) {
        int event = event(rows, label);
        rows.update(EVENTS, event, EVENTS.IS_DELETED, true);
        return event;
    }

    private static int remind(IndicoRows rows, int event, Instant scheduled) {
        return rows.row(REMINDERS)
                .with(REMINDERS.EVENT_ID, event)
                .with(REMINDERS.SCHEDULED_DT, scheduled)
                .insert();
    }
}
