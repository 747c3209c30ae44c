package io.getindico.metrics.collectors.registrations;

import static io.getindico.metrics.jooq.event_registration.tables.FormFieldData.FORM_FIELD_DATA;
import static io.getindico.metrics.jooq.event_registration.tables.FormItems.FORM_ITEMS;
import static io.getindico.metrics.jooq.event_registration.tables.Forms.FORMS;
import static io.getindico.metrics.jooq.event_registration.tables.RegistrationData.REGISTRATION_DATA;
import static io.getindico.metrics.jooq.event_registration.tables.Registrations.REGISTRATIONS;
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
import java.time.temporal.ChronoUnit;
import java.util.SortedMap;
import org.jooq.types.DayToSecond;
import org.jooq.types.YearToMonth;
import org.jooq.types.YearToSecond;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistrationFormsCollectorTest extends CollectorContract {
    private static final String NEXT_OPENING = "indico_registration_forms_next_opening_timestamp_seconds";
    private static final Instant DAY_AHEAD = NOW.plus(Duration.ofDays(1));
    private static final Instant ANCIENT = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant AHEAD = Instant.parse("9999-12-31T23:59:59Z");

    /** The last end of an event whose data, kept for a week, are overdue today. */
    private static final Instant OVERDUE =
            NOW.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(7)).minus(TICK);

    @Override
    protected MetricCollector collector() {
        return new RegistrationFormsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        forms(rows);
        retention(rows);
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

    private static void retention(IndicoRows rows) {
        int overdue = event(rows, OVERDUE);
        int due = event(rows, OVERDUE.plus(TICK));
        keptForAWeek(rows, overdue).insert();
        keptForAWeek(rows, due).insert();
        keptForAWeek(rows, overdue).with(FORMS.IS_PURGED, true).insert();
        int form = form(rows, overdue, null, null).insert();
        int registration = rows.row(REGISTRATIONS)
                .with(REGISTRATIONS.EVENT_ID, overdue)
                .with(REGISTRATIONS.REGISTRATION_FORM_ID, form)
                .insert();
        fill(rows, field(rows, form).insert(), registration);
        fill(rows, field(rows, form).insert(), registration);
        fill(rows, field(rows, form).with(FORM_ITEMS.IS_PURGED, true).insert(), registration);
        fill(rows, field(rows, form).with(FORM_ITEMS.RETENTION_PERIOD, null).insert(), registration);
        fill(rows, field(rows, form(rows, due, null, null).insert()).insert(), registration);
        rows.row(FORM_FIELD_DATA)
                .with(FORM_FIELD_DATA.FIELD_ID, field(rows, form).insert())
                .insert();
        field(rows, form).insert();
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

    @ParameterizedTest(name = "a period that ends {0} days ago")
    @CsvSource({"0,0", "1,1", "2,1"})
    void theRetentionOfAFormIsOverdueTheDayAfterItsEnd(
            int days, double expected, IndicoDatabase database, IndicoRows rows) {
        Instant end = NOW.minus(Duration.ofDays(7 + days));
        keptForAWeek(rows, event(rows, end)).insert();
        keptForAWeek(rows, event(rows, end.truncatedTo(ChronoUnit.DAYS))).insert();
        assertOverdue(database, 2 * expected, 0);
    }

    @Test
    void deletedFormsAndEventsAreOverdueAsWell(IndicoDatabase database, IndicoRows rows) {
        keptForAWeek(rows, event(rows, OVERDUE, true)).insert();
        keptForAWeek(rows, event(rows, OVERDUE)).with(FORMS.IS_DELETED, true).insert();
        assertOverdue(database, 2, 0);
    }

    @Test
    void purgedFormsAndFieldsWithoutDataAreNotOverdue(IndicoDatabase database, IndicoRows rows) {
        retention(rows);
        assertOverdue(database, 1, 2);
    }

    @Test
    void theYears1And9999DoNoHarm(IndicoDatabase database, IndicoRows rows) {
        form(rows, event(rows, AHEAD), AHEAD, AHEAD)
                .with(FORMS.RETENTION_PERIOD, days(365_000))
                .insert();
        form(rows, event(rows, ANCIENT), ANCIENT, ANCIENT)
                .with(FORMS.RETENTION_PERIOD, days(-365_000))
                .insert();
        assertThat(values(database))
                .containsEntry("indico_registration_forms{state=\"closed\"}", 1.0)
                .containsEntry("indico_registration_forms{state=\"upcoming\"}", 1.0)
                .containsEntry(NEXT_OPENING, seconds(AHEAD));
        assertOverdue(database, 1, 0);
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

    private static IndicoRows.Row keptForAWeek(IndicoRows rows, int event) {
        return form(rows, event, null, null).with(FORMS.RETENTION_PERIOD, days(7));
    }

    private static IndicoRows.Row field(IndicoRows rows, int form) {
        return rows.row(FORM_ITEMS)
                .with(FORM_ITEMS.REGISTRATION_FORM_ID, form)
                .with(FORM_ITEMS.RETENTION_PERIOD, days(7));
    }

    private static void fill(IndicoRows rows, int field, int registration) {
        for (int version = 0; version < 2; version++) {
            int data = rows.row(FORM_FIELD_DATA)
                    .with(FORM_FIELD_DATA.FIELD_ID, field)
                    .insert();
            rows.row(REGISTRATION_DATA)
                    .with(REGISTRATION_DATA.REGISTRATION_ID, registration)
                    .with(REGISTRATION_DATA.FIELD_DATA_ID, data)
                    .insert();
        }
    }

    private static YearToSecond days(int days) {
        return new YearToSecond(new YearToMonth(), new DayToSecond(days));
    }

    private static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    private void assertOverdue(IndicoDatabase database, double forms, double fields) {
        assertThat(values(database))
                .containsEntry("indico_registration_retention_overdue{scope=\"form\"}", forms)
                .containsEntry("indico_registration_retention_overdue{scope=\"field\"}", fields);
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
