package io.getindico.metrics.collectors.payments;

import static io.getindico.metrics.jooq.event_registration.tables.Forms.FORMS;
import static io.getindico.metrics.jooq.event_registration.tables.Registrations.REGISTRATIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.PaymentTransactions.PAYMENT_TRANSACTIONS;

import io.getindico.metrics.jooq.enums.TransactionStatus;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Instant;

/** Registrations and their payments. */
final class PaymentRows {
    private PaymentRows() {}

    /** A registration that is not deleted, for an event that ends at an instant. */
    static int registration(IndicoRows rows, Instant end, boolean eventIsDeleted) {
        int event = rows.row(EVENTS)
                .with(EVENTS.END_DT, end)
                .with(EVENTS.IS_DELETED, eventIsDeleted)
                .insert();
        int form = rows.row(FORMS).with(FORMS.EVENT_ID, event).insert();
        return rows.row(REGISTRATIONS)
                .with(REGISTRATIONS.EVENT_ID, event)
                .with(REGISTRATIONS.REGISTRATION_FORM_ID, form)
                .insert();
    }

    static IndicoRows.Row transaction(IndicoRows rows, int registration, String provider, TransactionStatus status) {
        return rows.row(PAYMENT_TRANSACTIONS)
                .with(PAYMENT_TRANSACTIONS.REGISTRATION_ID, registration)
                .with(PAYMENT_TRANSACTIONS.PROVIDER, provider)
                .with(PAYMENT_TRANSACTIONS.STATUS, status);
    }

    /** Makes a transaction the current one of its registration. */
    static void pay(IndicoRows rows, int registration, int transaction) {
        rows.update(REGISTRATIONS, registration, REGISTRATIONS.TRANSACTION_ID, transaction);
    }
}
