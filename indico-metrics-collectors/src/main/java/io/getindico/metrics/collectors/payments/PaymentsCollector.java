package io.getindico.metrics.collectors.payments;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.api.Value.latest;
import static io.getindico.metrics.jooq.event_registration.tables.Registrations.REGISTRATIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.PaymentTransactions.PAYMENT_TRANSACTIONS;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.collectors.internal.events.EventPhase;
import io.getindico.metrics.jooq.enums.TransactionStatus;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;

/**
 * Counts the payment transactions by provider and state. Says when each provider's newest payment succeeded, and since when
 * a payment has been waiting for its provider.
 *
 * <p>All transactions count, also those of deleted registrations, and earlier ones of a registration. A payment waits if
 * it is pending, it is the current one of a registration, neither the registration nor the event is deleted, and the event
 * is not over. Indico never records {@code failed} itself: a payment that fails at the provider leaves no row.
 *
 * <p>Makes two passes over {@code events.payment_transactions}. For each pending one, it looks up the registration in {@code
 * event_registration.registrations} and, if the event is not over, the event in {@code events.events} through their
 * indexes. The set of unfinished events is small and shared with other collectors.
 *
 * <pre>
 * # TYPE indico_payment_transactions gauge
 * indico_payment_transactions{provider="paypal",state="cancelled"} 6.0
 * indico_payment_transactions{provider="paypal",state="failed"} 5.0
 * indico_payment_transactions{provider="paypal",state="pending"} 5.0
 * indico_payment_transactions{provider="paypal",state="rejected"} 2.0
 * indico_payment_transactions{provider="paypal",state="successful"} 5.0
 * # TYPE indico_payments_newest_successful_timestamp_seconds gauge
 * indico_payments_newest_successful_timestamp_seconds{provider="paypal"} 1.792881E9
 * # TYPE indico_payments_oldest_pending_timestamp_seconds gauge
 * indico_payments_oldest_pending_timestamp_seconds 1.651322909E9
 * </pre>
 *
 * @since 0.1.0
 */
public final class PaymentsCollector implements MetricCollector {
    private static final Label PROVIDER = Label.open("provider");
    private static final Label STATE =
            Label.closed("state", "successful", "cancelled", "failed", "pending", "rejected");

    private static final MetricFamily TRANSACTIONS = MetricFamily.gauge("indico_payment_transactions")
            .help(
                    "Number of payment transactions ever recorded, by provider (_manual for a manager, otherwise a plugin)"
                            + " and state.")
            .purpose("Shows payments per day and provider: delta(indico_payment_transactions[1d]).")
            .labels(PROVIDER, STATE)
            .build();
    private static final MetricFamily NEWEST_SUCCESSFUL = MetricFamily.gauge(
                    "indico_payments_newest_successful_timestamp_seconds")
            .help("Unix time at which the newest successful payment through the provider was recorded.")
            .purpose("Tells operators whether a provider still answers, if payments through it are frequent.")
            .unit("seconds")
            .labels(PROVIDER)
            .timeDependent()
            .build();
    private static final MetricFamily OLDEST_PENDING = MetricFamily.gauge(
                    "indico_payments_oldest_pending_timestamp_seconds")
            .help(
                    "Unix time at which the oldest payment still pending at its provider was recorded, for events that are"
                            + " not over.")
            .purpose("Tells operators that a provider's callback never arrived.")
            .unit("seconds")
            .timeDependent()
            .build();

    @Override
    public String name() {
        return "payments";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(TRANSACTIONS, NEWEST_SUCCESSFUL, OLDEST_PENDING);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Instant now = context.now();
        Condition isPast = PAYMENT_TRANSACTIONS.TIMESTAMP.le(now);
        Condition isSuccessful = PAYMENT_TRANSACTIONS.STATUS.eq(TransactionStatus.SUCCESSFUL);
        Condition isPending = PAYMENT_TRANSACTIONS.STATUS.eq(TransactionStatus.PENDING);
        return List.of(
                FamilyQuery.from(PAYMENT_TRANSACTIONS)
                        .by(PROVIDER, PAYMENT_TRANSACTIONS.PROVIDER, PAYMENT_TRANSACTIONS.ID)
                        .by(STATE, PAYMENT_TRANSACTIONS.STATUS)
                        .value(TRANSACTIONS, countRows())
                        .value(
                                NEWEST_SUCCESSFUL,
                                latest(PAYMENT_TRANSACTIONS.TIMESTAMP).where(isSuccessful.and(isPast))),
                // A query of its own: beside look-ups, PostgreSQL would sort all rows by provider instead of hashing.
                FamilyQuery.from(PAYMENT_TRANSACTIONS)
                        .where(isPending, matters(now))
                        .value(OLDEST_PENDING, earliest(PAYMENT_TRANSACTIONS.TIMESTAMP)));
    }

    /**
     * Looks up the registration of each pending transaction by a unique index, and only then the event of the few that
     * are not over.
     */
    private static Condition matters(Instant now) {
        Condition isEventAlive = condition(
                field(select(EVENTS.IS_DELETED.isFalse()).from(EVENTS).where(EVENTS.ID.eq(REGISTRATIONS.EVENT_ID))));
        return condition(field(select(field(REGISTRATIONS
                        .IS_DELETED
                        .isFalse()
                        .and(new EventPhase(now).isNotOver(REGISTRATIONS.EVENT_ID))
                        .and(isEventAlive)))
                .from(REGISTRATIONS)
                .where(REGISTRATIONS.TRANSACTION_ID.eq(PAYMENT_TRANSACTIONS.ID))));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        return List.of(FamilyHistory.nearExact(
                        FamilyQuery.from(PAYMENT_TRANSACTIONS)
                                .by(PROVIDER, PAYMENT_TRANSACTIONS.PROVIDER, PAYMENT_TRANSACTIONS.ID)
                                .by(STATE, PAYMENT_TRANSACTIONS.STATUS)
                                .value(TRANSACTIONS, countRows()),
                        "A pending transaction of the past has the state that it got later.")
                .from(PAYMENT_TRANSACTIONS.TIMESTAMP));
    }
}
