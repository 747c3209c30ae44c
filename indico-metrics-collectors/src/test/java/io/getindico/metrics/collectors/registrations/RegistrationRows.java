package io.getindico.metrics.collectors.registrations;

import static io.getindico.metrics.jooq.event_registration.tables.Forms.FORMS;
import static io.getindico.metrics.jooq.event_registration.tables.Registrations.REGISTRATIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;

import io.getindico.metrics.jooq.enums.RegistrationState;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Instant;

/** Registrations of an event's only form. A registration belongs to a form and to the event of that form. */
final class RegistrationRows {
    private final IndicoRows rows;
    private final int event;
    private final int form;

    private RegistrationRows(IndicoRows rows, int event, int form) {
        this.rows = rows;
        this.event = event;
        this.form = form;
    }

    static RegistrationRows of(IndicoRows rows, Instant start, Instant end) {
        return of(rows, start, end, false, false);
    }

    static RegistrationRows of(
            IndicoRows rows, Instant start, Instant end, boolean eventIsDeleted, boolean formIsDeleted) {
        int event = rows.row(EVENTS)
                .with(EVENTS.START_DT, start)
                .with(EVENTS.END_DT, end)
                .with(EVENTS.IS_DELETED, eventIsDeleted)
                .insert();
        int form = rows.row(FORMS)
                .with(FORMS.EVENT_ID, event)
                .with(FORMS.IS_DELETED, formIsDeleted)
                .insert();
        return new RegistrationRows(rows, event, form);
    }

    IndicoRows.Row row(RegistrationState state) {
        return rows.row(REGISTRATIONS)
                .with(REGISTRATIONS.EVENT_ID, event)
                .with(REGISTRATIONS.REGISTRATION_FORM_ID, form)
                .with(REGISTRATIONS.STATE, state);
    }

    void add(RegistrationState state, Instant submitted) {
        row(state).with(REGISTRATIONS.SUBMITTED_DT, submitted).insert();
    }
}
