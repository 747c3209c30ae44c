package io.getindico.metrics.collectors.registrations;

import static io.getindico.metrics.jooq.event_registration.tables.Forms.FORMS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RegistrationFormsCollectorTest extends CollectorContract {
    private static final String NEXT_OPENING = "indico_registration_forms_next_opening_timestamp_seconds";
    private static final Instant DAY_AHEAD = NOW.plus(Duration.ofDays(1));
    private static final Instant ANCIENT = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant AHEAD = Instant.parse("9999-12-31T23:59:59Z");

    @Override
    protected MetricCollector collector() {
        return new RegistrationFormsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        forms(rows);
    }

    private static void forms(IndicoRows rows) {
        int event = event(rows, NOW);
        form(rows, event, null, null).insert();
        form(rows, event, null, NOW.minusSeconds(1)).insert();
        form(rows, event, NOW.plus(TICK), null).insert();
        form(rows, event, DAY_AHEAD, null).insert();
        form(rows, event, DAY_AHEAD.plus(TICK), null).insert();
        form(rows, event, NOW, NOW.plus(TICK)).insert();
        form(rows, event, NOW.minusSeconds(1), null).insert();
        form(rows, event, NOW.minusSeconds(1), null).insert();
        form(rows, event, NOW, null).insert();
        for (int i = 0; i < 5; i++) {
            form(rows, event, NOW.minusSeconds(1), NOW).insert();
        }
        for (Instant start : new Instant[] {NOW.plus(TICK), NOW.plus(TICK), NOW.minusSeconds(1)}) {
            form(rows, event, start, NOW).with(FORMS.IS_PURGED, true).insert();
            form(rows, event, start, AHEAD).with(FORMS.IS_DELETED, true).insert();
            form(rows, event(rows, NOW, true), start, AHEAD).insert();
        }
        for (int i = 0; i < 5; i++) {
            form(rows, event, null, null).with(FORMS.IS_PURGED, true).insert();
        }
    }

    @Test
    void aFormHasTheFirstStateThatApplies(IndicoDatabase database, IndicoRows rows) {
        forms(rows);
        assertThat(values(database))
                .containsEntry("indico_registration_forms{state=\"unscheduled\"}", 2.0)
                .containsEntry("indico_registration_forms{state=\"upcoming\"}", 3.0)
                .containsEntry("indico_registration_forms{state=\"open\"}", 4.0)
                .containsEntry("indico_registration_forms{state=\"closed\"}", 5.0)
                .containsEntry("indico_registration_forms{state=\"purged\"}", 8.0)
                .containsEntry("indico_registration_forms_opening_1d", 2.0)
                .containsEntry(NEXT_OPENING, seconds(NOW.plus(TICK)));
    }

    @Test
    void withoutAFormToOpenThereIsNoNextOpening(IndicoDatabase database, IndicoRows rows) {
        form(rows, event(rows, NOW), NOW, null).insert();
        assertThat(values(database)).doesNotContainKey(NEXT_OPENING);
    }

    @Test
    void theYears1And9999DoNoHarm(IndicoDatabase database, IndicoRows rows) {
        form(rows, event(rows, AHEAD), AHEAD, AHEAD).insert();
        form(rows, event(rows, ANCIENT), ANCIENT, ANCIENT).insert();
        assertThat(values(database))
                .containsEntry("indico_registration_forms{state=\"closed\"}", 1.0)
                .containsEntry("indico_registration_forms{state=\"upcoming\"}", 1.0)
                .containsEntry(NEXT_OPENING, seconds(AHEAD));
    }

    private static int event(IndicoRows rows, Instant end) {
        return event(rows, end, false);
    }

    private static int event(IndicoRows rows, Instant end, boolean isDeleted) {
        return rows.row(EVENTS)
                .with(EVENTS.END_DT, end)
                .with(EVENTS.IS_DELETED, isDeleted)
                .insert();
    }

    private static IndicoRows.Row form(IndicoRows rows, int event, @Nullable Instant start, @Nullable Instant end) {
        return rows.row(FORMS)
                .with(FORMS.EVENT_ID, event)
                .with(FORMS.START_DT, start)
                .with(FORMS.END_DT, end);
    }

    private static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
