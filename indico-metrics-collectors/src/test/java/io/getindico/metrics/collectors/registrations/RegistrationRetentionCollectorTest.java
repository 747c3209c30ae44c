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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistrationRetentionCollectorTest extends CollectorContract {
    /** The last end of an event whose data, kept for a week, are overdue today. */
    private static final Instant OVERDUE =
            NOW.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(7)).minus(TICK);

    @Override
    protected MetricCollector collector() {
        return new RegistrationRetentionCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        retention(rows);
    }

    private static void retention(IndicoRows rows) {
        int overdue = event(rows, OVERDUE);
        int due = event(rows, OVERDUE.plus(TICK));
        keptForAWeek(rows, overdue).insert();
        keptForAWeek(rows, due).insert();
        keptForAWeek(rows, overdue).with(FORMS.IS_PURGED, true).insert();
        int form = form(rows, overdue).insert();
        int registration = rows.row(REGISTRATIONS)
                .with(REGISTRATIONS.EVENT_ID, overdue)
                .with(REGISTRATIONS.REGISTRATION_FORM_ID, form)
                .insert();
        fill(rows, field(rows, form).insert(), registration);
        // A version without data, between versions with some.
        rows.row(FORM_FIELD_DATA)
                .with(FORM_FIELD_DATA.FIELD_ID, field(rows, form).insert())
                .insert();
        fill(rows, field(rows, form).insert(), registration);
        fill(rows, field(rows, form).with(FORM_ITEMS.IS_PURGED, true).insert(), registration);
        fill(rows, field(rows, form).with(FORM_ITEMS.RETENTION_PERIOD, null).insert(), registration);
        fill(rows, field(rows, form(rows, due).insert()).insert(), registration);
        field(rows, form).insert();
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
        form(rows, event(rows, Instant.parse("9999-12-31T23:59:59Z")))
                .with(FORMS.RETENTION_PERIOD, days(365_000))
                .insert();
        form(rows, event(rows, Instant.parse("0001-01-01T00:00:00Z")))
                .with(FORMS.RETENTION_PERIOD, days(-365_000))
                .insert();
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

    private static IndicoRows.Row form(IndicoRows rows, int event) {
        return rows.row(FORMS).with(FORMS.EVENT_ID, event);
    }

    private static IndicoRows.Row keptForAWeek(IndicoRows rows, int event) {
        return form(rows, event).with(FORMS.RETENTION_PERIOD, days(7));
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

    private void assertOverdue(IndicoDatabase database, double forms, double fields) {
        assertThat(values(database))
                .containsEntry("indico_registration_retention_overdue{scope=\"form\"}", forms)
                .containsEntry("indico_registration_retention_overdue{scope=\"field\"}", fields);
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
