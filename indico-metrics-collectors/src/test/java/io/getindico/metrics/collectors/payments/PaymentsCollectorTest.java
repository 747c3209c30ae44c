package io.getindico.metrics.collectors.payments;

import static io.getindico.metrics.jooq.event_registration.tables.Registrations.REGISTRATIONS;
import static io.getindico.metrics.jooq.events.tables.PaymentTransactions.PAYMENT_TRANSACTIONS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.TransactionStatus;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.time.Instant;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PaymentsCollectorTest extends CollectorContract {
    private static final String NEWEST = "indico_payments_newest_successful_timestamp_seconds{provider=\"%s\"}";
    private static final String OLDEST_PENDING = "indico_payments_oldest_pending_timestamp_seconds";

    @Override
    protected MetricCollector collector() {
        return new PaymentsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int number = 0;
        for (TransactionStatus status : TransactionStatus.values()) {
            number++;
            for (int i = 0; i < number; i++) {
                current(rows, NOW, "paypal", status, NOW.minusSeconds(60 + 10L * number + i));
            }
            current(rows, NOW, "_manual", status, NOW.minusSeconds(500 + number));
        }
        current(rows, NOW, "paypal", TransactionStatus.SUCCESSFUL, NOW);
        current(rows, NOW, "paypal", TransactionStatus.SUCCESSFUL, NOW.plus(TICK));
        current(rows, NOW.minus(TICK), "paypal", TransactionStatus.PENDING, NOW.minusSeconds(1001));
        int deleted = current(rows, NOW, "paypal", TransactionStatus.PENDING, NOW.minusSeconds(1002));
        rows.update(REGISTRATIONS, deleted, REGISTRATIONS.IS_DELETED, true);
        int ofDeletedEvent = PaymentRows.registration(rows, NOW, true);
        PaymentRows.pay(rows, ofDeletedEvent, pending(rows, ofDeletedEvent, NOW.minusSeconds(1003)));
        pending(rows, PaymentRows.registration(rows, NOW, false), NOW.minusSeconds(1004));
    }

    private static int current(
            IndicoRows rows, Instant eventEnd, String provider, TransactionStatus status, Instant at) {
        int registration = PaymentRows.registration(rows, eventEnd, false);
        int transaction = PaymentRows.transaction(rows, registration, provider, status)
                .with(PAYMENT_TRANSACTIONS.TIMESTAMP, at)
                .insert();
        PaymentRows.pay(rows, registration, transaction);
        return registration;
    }

    private static int pending(IndicoRows rows, int registration, Instant at) {
        return PaymentRows.transaction(rows, registration, "paypal", TransactionStatus.PENDING)
                .with(PAYMENT_TRANSACTIONS.TIMESTAMP, at)
                .insert();
    }

    @Test
    void allTransactionsCount(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .containsEntry("indico_payment_transactions{provider=\"paypal\",state=\"successful\"}", 1.0 + 2)
                .containsEntry("indico_payment_transactions{provider=\"paypal\",state=\"cancelled\"}", 2.0)
                .containsEntry("indico_payment_transactions{provider=\"paypal\",state=\"failed\"}", 3.0)
                .containsEntry("indico_payment_transactions{provider=\"paypal\",state=\"pending\"}", 4.0 + 4)
                .containsEntry("indico_payment_transactions{provider=\"paypal\",state=\"rejected\"}", 5.0)
                .containsEntry("indico_payment_transactions{provider=\"_manual\",state=\"pending\"}", 1.0)
                .containsEntry(NEWEST.formatted("paypal"), seconds(NOW))
                .containsEntry(NEWEST.formatted("_manual"), seconds(NOW.minusSeconds(501)))
                .containsEntry(OLDEST_PENDING, seconds(NOW.minusSeconds(504)));
    }

    @ParameterizedTest
    @EnumSource
    void onlyASuccessCountsAsASuccess(TransactionStatus status, IndicoDatabase database, IndicoRows rows) {
        current(rows, NOW, "paypal", status, NOW);
        assertThat(values(database).containsKey(NEWEST.formatted("paypal")))
                .isEqualTo(status == TransactionStatus.SUCCESSFUL);
        assertThat(values(database).containsKey(OLDEST_PENDING)).isEqualTo(status == TransactionStatus.PENDING);
    }

    @ParameterizedTest(name = "{0} ticks from now")
    @CsvSource({"-1,false", "0,true", "1,true"})
    void aPaymentIsPendingUntilTheEventIsOver(int ticks, boolean isPending, IndicoDatabase database, IndicoRows rows) {
        current(rows, NOW.plus(TICK.multipliedBy(ticks)), "paypal", TransactionStatus.PENDING, NOW);
        assertThat(values(database).containsKey(OLDEST_PENDING)).isEqualTo(isPending);
    }

    @Test
    void deletedRegistrationsAndEventsAndEarlierPaymentsAreNotPending(IndicoDatabase database, IndicoRows rows) {
        rows.update(
                REGISTRATIONS,
                current(rows, NOW, "paypal", TransactionStatus.PENDING, NOW),
                REGISTRATIONS.IS_DELETED,
                true);
        int ofDeletedEvent = PaymentRows.registration(rows, NOW, true);
        PaymentRows.pay(rows, ofDeletedEvent, pending(rows, ofDeletedEvent, NOW));
        pending(rows, current(rows, NOW, "paypal", TransactionStatus.CANCELLED, NOW), NOW);
        assertThat(values(database)).doesNotContainKey(OLDEST_PENDING);
    }

    @Test
    void anUnknownStatusIsUnknown(IndicoDatabase database, IndicoRows rows) {
        int registration = PaymentRows.registration(rows, NOW, false);
        int future = pending(rows, registration, NOW);
        PaymentRows.pay(rows, registration, future);
        UnknownCode.set(database, PAYMENT_TRANSACTIONS.STATUS, future);
        assertThat(values(database))
                .containsEntry("indico_payment_transactions{provider=\"paypal\",state=\"unknown\"}", 1.0)
                .doesNotContainKey(OLDEST_PENDING);
    }

    @Test
    void hostileProvidersAndTimesDoNoHarm(IndicoDatabase database, IndicoRows rows) {
        Instant ancient = Instant.parse("0001-01-01T00:00:00Z");
        Instant ahead = Instant.parse("9999-12-31T23:59:59Z");
        current(rows, ahead, "", TransactionStatus.SUCCESSFUL, ancient);
        current(rows, ahead, "\n\"'\\", TransactionStatus.PENDING, ancient);
        current(rows, ancient, "x".repeat(65536), TransactionStatus.SUCCESSFUL, ahead);
        for (int i = 0; i < 60; i++) {
            current(rows, NOW, "provider " + i, TransactionStatus.SUCCESSFUL, NOW);
        }
        assertThat(values(database))
                .containsEntry("indico_payments_newest_successful_timestamp_seconds", seconds(ancient))
                .containsEntry(NEWEST.formatted("other"), seconds(NOW))
                .containsEntry("indico_payment_transactions{provider=\"other\",state=\"successful\"}", 13.0)
                .containsEntry("indico_payment_transactions{provider=\"\\n\\\"'\\\\\",state=\"pending\"}", 1.0)
                .containsEntry(OLDEST_PENDING, seconds(ancient));
    }

    private static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
