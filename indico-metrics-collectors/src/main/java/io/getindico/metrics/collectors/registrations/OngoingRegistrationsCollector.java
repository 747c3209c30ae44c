package io.getindico.metrics.collectors.registrations;

import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.jooq.event_registration.tables.Forms.FORMS;
import static io.getindico.metrics.jooq.event_registration.tables.Registrations.REGISTRATIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.trueCondition;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.internal.flags.Flags;
import io.getindico.metrics.jooq.enums.RegistrationState;
import java.util.List;
import org.jooq.Table;

/**
 * Counts the registrations for events that are in progress, from the start to the end inclusive: how many are checked in,
 * and how many are still expected. Rejected, withdrawn and deleted registrations and those of deleted forms and events do
 * not count.
 *
 * <p>Finds the events through their indexes on time, and looks up the registrations of each through their index on the
 * event, and their forms.
 *
 * <pre>
 * # TYPE indico_ongoing_registrations gauge
 * indico_ongoing_registrations{state="checked_in"} 13.0
 * indico_ongoing_registrations{state="expected"} 28.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class OngoingRegistrationsCollector implements MetricCollector {
    private static final Label STATE = Label.closed("state", "checked_in", "expected");
    private static final MetricFamily ONGOING = MetricFamily.gauge("indico_ongoing_registrations")
            .help(
                    "Number of registrations for ongoing events, checked in or still expected, excluding rejected, withdrawn"
                            + " and deleted ones.")
            .purpose("Tells operators how many people an outage would affect now, and the desk how check-in goes.")
            .labels(STATE)
            .timeDependent()
            .build();

    private static final String NUMBER = "number";

    @Override
    public String name() {
        return "ongoing_registrations";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(ONGOING);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.LIVE;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Table<?> registrations = lateral(ofEvent());
        return List.of(FamilyQuery.from(EVENTS.join(registrations).on(trueCondition()))
                .where(EVENTS.IS_DELETED.isFalse(), EVENTS.START_DT.le(context.now()), EVENTS.END_DT.ge(context.now()))
                .by(STATE, Flags.choose(registrations.field(REGISTRATIONS.CHECKED_IN), "checked_in", "expected"))
                .value(ONGOING, sum(registrations.field(NUMBER, Long.class))));
    }

    /**
     * The registrations of one event. With a plain join, PostgreSQL would read all registrations: it treats the two times
     * as independent and expects thousands of events.
     */
    private static Table<?> ofEvent() {
        return select(REGISTRATIONS.CHECKED_IN, count().as(NUMBER))
                .from(REGISTRATIONS)
                .join(FORMS)
                .on(FORMS.ID.eq(REGISTRATIONS.REGISTRATION_FORM_ID))
                .where(
                        REGISTRATIONS.EVENT_ID.eq(EVENTS.ID),
                        REGISTRATIONS.IS_DELETED.isFalse(),
                        REGISTRATIONS.STATE.notIn(RegistrationState.REJECTED, RegistrationState.WITHDRAWN),
                        FORMS.IS_DELETED.isFalse())
                .groupBy(REGISTRATIONS.CHECKED_IN)
                .asTable("of_event");
    }
}
