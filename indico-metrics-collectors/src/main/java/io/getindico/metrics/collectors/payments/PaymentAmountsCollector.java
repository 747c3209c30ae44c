package io.getindico.metrics.collectors.payments;

import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.jooq.event_registration.tables.Registrations.REGISTRATIONS;
import static io.getindico.metrics.jooq.events.tables.PaymentTransactions.PAYMENT_TRANSACTIONS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.jooq.enums.TransactionStatus;
import java.util.List;

/**
 * Sums what was paid, by provider and currency. Only the current transaction of a registration that is not deleted counts,
 * and only if it was successful. Deleted events count, because their fees were paid.
 *
 * <p>Makes one pass over {@code event_registration.registrations}, joined with {@code events.payment_transactions}.
 *
 * <pre>
 * # TYPE indico_payments_amount gauge
 * indico_payments_amount{currency="CHF",provider="manual"} 788.0
 * indico_payments_amount{currency="CHF",provider="paypal"} 71.0
 * indico_payments_amount{currency="CHF",provider="sixpay"} 357.0
 * indico_payments_amount{currency="EUR",provider="_manual"} 10.0
 * indico_payments_amount{currency="EUR",provider="paypal"} 608.0
 * indico_payments_amount{currency="USD",provider="manual"} 1004.0
 * indico_payments_amount{currency="USD",provider="paypal"} 428.0
 * indico_payments_amount{currency="USD",provider="sixpay"} 637.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class PaymentAmountsCollector implements MetricCollector {
    private static final Label CURRENCY = Label.open("currency");
    private static final Label PROVIDER = Label.open("provider");

    private static final MetricFamily AMOUNT = MetricFamily.gauge("indico_payments_amount")
            .help("Total amount of the current successful transactions of non-deleted registrations, in units of the"
                    + " currency.")
            .purpose("Shows the conference office what was paid. A sum over currencies has no meaning.")
            .labels(CURRENCY, PROVIDER)
            .profile(Profile.OPT_IN)
            .build();

    @Override
    public String name() {
        return "payment_amounts";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(AMOUNT);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(amounts());
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        return List.of(
                FamilyHistory.approximate(amounts(), "A transaction that was later replaced by another one is missing.")
                        .from(PAYMENT_TRANSACTIONS.TIMESTAMP));
    }

    private static FamilyQuery amounts() {
        return FamilyQuery.from(REGISTRATIONS
                        .join(PAYMENT_TRANSACTIONS)
                        .on(PAYMENT_TRANSACTIONS.ID.eq(REGISTRATIONS.TRANSACTION_ID)))
                .where(REGISTRATIONS.IS_DELETED.isFalse(), PAYMENT_TRANSACTIONS.STATUS.eq(TransactionStatus.SUCCESSFUL))
                .by(CURRENCY, PAYMENT_TRANSACTIONS.CURRENCY, PAYMENT_TRANSACTIONS.ID)
                .by(PROVIDER, PAYMENT_TRANSACTIONS.PROVIDER, PAYMENT_TRANSACTIONS.ID)
                .value(AMOUNT, sum(PAYMENT_TRANSACTIONS.AMOUNT));
    }
}
