package io.getindico.metrics.collectors.payments;

import static io.getindico.metrics.jooq.event_registration.tables.Registrations.REGISTRATIONS;
import static io.getindico.metrics.jooq.events.tables.PaymentTransactions.PAYMENT_TRANSACTIONS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.TransactionStatus;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PaymentAmountsCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new PaymentAmountsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        for (TransactionStatus status : TransactionStatus.values()) {
            paid(rows, "paypal", "EUR", status, "100.25");
        }
        paid(rows, "paypal", "EUR", TransactionStatus.SUCCESSFUL, "0.5");
        paid(rows, "paypal", "CHF", TransactionStatus.SUCCESSFUL, "7");
        paid(rows, "_manual", "CHF", TransactionStatus.SUCCESSFUL, "9");
        int deleted = paid(rows, "paypal", "EUR", TransactionStatus.SUCCESSFUL, "1000");
        rows.update(REGISTRATIONS, deleted, REGISTRATIONS.IS_DELETED, true);
        transaction(
                rows,
                paid(rows, "paypal", "EUR", TransactionStatus.CANCELLED, "3000"),
                "paypal",
                "EUR",
                TransactionStatus.SUCCESSFUL,
                "10000");
    }

    private static int paid(
            IndicoRows rows, String provider, String currency, TransactionStatus status, String amount) {
        int registration = PaymentRows.registration(rows, NOW, true);
        PaymentRows.pay(rows, registration, transaction(rows, registration, provider, currency, status, amount));
        return registration;
    }

    private static int transaction(
            IndicoRows rows,
            int registration,
            String provider,
            String currency,
            TransactionStatus status,
            String amount) {
        return PaymentRows.transaction(rows, registration, provider, status)
                .with(PAYMENT_TRANSACTIONS.CURRENCY, currency)
                .with(PAYMENT_TRANSACTIONS.AMOUNT, new BigDecimal(amount))
                .insert();
    }

    /** The events are deleted. */
    @Test
    void onlyCurrentTransactionsOfLiveRegistrationsCount(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .isEqualTo(Map.of(
                        "indico_payments_amount{currency=\"EUR\",provider=\"paypal\"}", 100.75,
                        "indico_payments_amount{currency=\"CHF\",provider=\"paypal\"}", 7.0,
                        "indico_payments_amount{currency=\"CHF\",provider=\"_manual\"}", 9.0));
    }

    @ParameterizedTest
    @EnumSource
    void onlyASuccessIsPaid(TransactionStatus status, IndicoDatabase database, IndicoRows rows) {
        paid(rows, "paypal", "EUR", status, "1");
        assertThat(values(database).isEmpty()).isEqualTo(status != TransactionStatus.SUCCESSFUL);
    }

    @Test
    void anUnknownStatusIsNoSuccess(IndicoDatabase database, IndicoRows rows) {
        int registration = PaymentRows.registration(rows, NOW, true);
        int future = transaction(rows, registration, "paypal", "EUR", TransactionStatus.SUCCESSFUL, "1");
        PaymentRows.pay(rows, registration, future);
        UnknownCode.set(database, PAYMENT_TRANSACTIONS.STATUS, future);
        assertThat(values(database)).isEmpty();
    }

    @Test
    void hostileTextsAndAmountsDoNoHarm(IndicoDatabase database, IndicoRows rows) {
        paid(rows, "", "\n\"'\\", TransactionStatus.SUCCESSFUL, "999999999.99");
        for (int i = 0; i < 60; i++) {
            paid(rows, "provider " + i, "currency " + i, TransactionStatus.SUCCESSFUL, "-999999999.99");
        }
        assertThat(values(database))
                .containsEntry("indico_payments_amount{currency=\"\\n\\\"'\\\\\"}", 999999999.99)
                .containsEntry(
                        "indico_payments_amount{currency=\"currency 48\",provider=\"provider 48\"}", -999999999.99)
                .containsEntry("indico_payments_amount{currency=\"other\",provider=\"other\"}", 11 * -999999999.99)
                .hasSize(50 + 1);
    }

    @Test
    void beyondFiftyPairsTheCurrencyIsStillKnown(IndicoDatabase database, IndicoRows rows) {
        for (int i = 0; i < 60; i++) {
            paid(rows, "provider " + i, "EUR", TransactionStatus.SUCCESSFUL, "1");
        }
        paid(rows, "paypal", "CHF", TransactionStatus.SUCCESSFUL, "2");
        assertThat(values(database))
                .containsEntry("indico_payments_amount{currency=\"EUR\",provider=\"other\"}", 10.0)
                .containsEntry("indico_payments_amount{currency=\"CHF\",provider=\"other\"}", 2.0)
                .hasSize(50 + 2);
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
