package io.getindico.metrics.collectors.reminders;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Labels.LABELS;
import static io.getindico.metrics.jooq.events.tables.Reminders.REMINDERS;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.internal.flags.Flags;
import io.getindico.metrics.collectors.internal.history.Instants;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Counts the reminders of events that are not sent yet, and exports since when the oldest has been due. Indico sends
 * reminders every five minutes, so one that is ten minutes late is {@code overdue}. Indico does not send the reminders
 * of an event that is deleted or whose label says that it does not take place: these are {@code suppressed}.
 *
 * <p>Reads the unsent rows of {@code events.reminders} through an index, and joins {@code events.events} and {@code
 * labels}. Needs Indico 3.2.6.
 *
 * <pre>
 * # TYPE indico_reminders_oldest_due_timestamp_seconds gauge
 * indico_reminders_oldest_due_timestamp_seconds 1.7927082E9
 * # TYPE indico_unsent_reminders gauge
 * indico_unsent_reminders{state="overdue"} 1.0
 * indico_unsent_reminders{state="scheduled"} 1.0
 * indico_unsent_reminders{state="suppressed"} 0.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class RemindersCollector implements MetricCollector {
    private static final Duration LATE = Duration.ofMinutes(10);
    private static final Label STATE = Label.closed("state", "scheduled", "overdue", "suppressed");
    private static final MetricFamily UNSENT = MetricFamily.gauge("indico_unsent_reminders")
            .help("Unsent reminders: overdue by 10 minutes or more, suppressed (the event is deleted or does not take"
                    + " place), or scheduled.")
            .purpose("Checks Celery, the database and email from end to end: Indico sends reminders every 5 minutes.")
            .labels(STATE)
            .timeDependent()
            .build();
    private static final MetricFamily OLDEST_DUE = MetricFamily.gauge("indico_reminders_oldest_due_timestamp_seconds")
            .help("Scheduled time of the oldest reminder that is due but not sent, in Unix time, without suppressed"
                    + " ones.")
            .purpose("Page on time() - indico_reminders_oldest_due_timestamp_seconds > 900.")
            .unit("seconds")
            .timeDependent()
            .build();

    @Override
    public String name() {
        return "reminders";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(UNSENT, OLDEST_DUE);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.LIVE;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Condition isSuppressed = isSuppressed();
        Condition isDue = REMINDERS.SCHEDULED_DT.le(context.now());
        Condition isOverdue = REMINDERS.SCHEDULED_DT.le(context.now().minus(LATE));
        return List.of(FamilyQuery.from(reminders())
                .where(REMINDERS.IS_SENT.isFalse())
                .by(
                        STATE,
                        Flags.choose(
                                isSuppressed,
                                "suppressed",
                                when(isOverdue, inline("overdue")).otherwise(inline("scheduled"))))
                .value(UNSENT, countRows())
                .value(OLDEST_DUE, earliest(REMINDERS.SCHEDULED_DT).where(isDue.and(isSuppressed.not())))
                .since("3.2.6"));
    }

    private static Table<?> reminders() {
        return REMINDERS
                .join(EVENTS)
                .on(EVENTS.ID.eq(REMINDERS.EVENT_ID))
                .leftJoin(LABELS)
                .on(LABELS.ID.eq(EVENTS.LABEL_ID));
    }

    private static Condition isSuppressed() {
        return EVENTS.IS_DELETED
                .isTrue()
                .or(coalesce(LABELS.IS_EVENT_NOT_HAPPENING, inline(false)).isTrue());
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        Field<Boolean> isLate = field(DSL.name("times", "is_late"), SQLDataType.BOOLEAN);
        Table<?> times = DSL.values(row(inline(false)), row(inline(true))).as("times", "is_late");
        Field<Instant> late = Instants.later(REMINDERS.SCHEDULED_DT, LATE);
        Condition isSent = REMINDERS.IS_SENT.isTrue();
        Condition staysSuppressed = isSuppressed().and(isSent.not());
        return List.of(FamilyHistory.nearExact(
                        FamilyQuery.from(reminders().crossJoin(times))
                                .where(isLate.isFalse()
                                        .or(isSent.or(staysSuppressed).not()))
                                .by(
                                        STATE,
                                        when(staysSuppressed, inline("suppressed"))
                                                .when(isLate.isTrue(), inline("overdue"))
                                                .otherwise(inline("scheduled")))
                                .value(UNSENT, countRows())
                                .since("3.2.6"),
                        "A reminder that is sent was never late, a suppressed one always was suppressed, and deleted ones are"
                                + " missing.")
                .from(when(isLate.isTrue(), greatest(REMINDERS.CREATED_DT, late))
                        .otherwise(REMINDERS.CREATED_DT))
                .until(when(isLate.isTrue().or(staysSuppressed), inline((Instant) null, REMINDERS.SCHEDULED_DT))
                        .when(isSent, REMINDERS.SCHEDULED_DT)
                        .otherwise(late)));
    }
}
