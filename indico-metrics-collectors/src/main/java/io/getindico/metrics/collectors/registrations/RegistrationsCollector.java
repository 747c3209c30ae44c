package io.getindico.metrics.collectors.registrations;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.api.Value.latest;
import static io.getindico.metrics.jooq.event_registration.tables.Forms.FORMS;
import static io.getindico.metrics.jooq.event_registration.tables.Registrations.REGISTRATIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.collectors.internal.events.EventLabels;
import io.getindico.metrics.collectors.internal.events.EventPhase;
import io.getindico.metrics.collectors.internal.events.EventPhase.Phase;
import io.getindico.metrics.collectors.internal.events.Windows;
import io.getindico.metrics.collectors.internal.history.PhasesOfEvent;
import io.getindico.metrics.collectors.internal.history.Spans;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import io.getindico.metrics.jooq.enums.RegistrationState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;

/**
 * Counts the registrations by state and by phase of the event, those checked in, and those submitted recently. Says
 * when the newest registration and the oldest one that awaits approval were submitted.
 *
 * <p>Deleted registrations, those of deleted forms and those of deleted events count only among those submitted
 * recently and as the newest one, because these values show activity. A registration counts as awaiting approval until
 * the event is over.
 *
 * <p>Makes one pass over {@code event_registration.registrations}, after one over {@code event_registration.forms} and the
 * shared ones over {@code events.events}. Each registration is looked up in sets of ids: joins would take three times as
 * long.
 *
 * <pre>
 * # TYPE indico_checked_in_registrations gauge
 * indico_checked_in_registrations 172.0
 * # TYPE indico_registrations gauge
 * indico_registrations{event_phase="upcoming",state="complete"} 6.0
 * indico_registrations{event_phase="upcoming",state="pending"} 17.0
 * indico_registrations{event_phase="upcoming",state="rejected"} 7.0
 * indico_registrations{event_phase="upcoming",state="unpaid"} 1.0
 * indico_registrations{event_phase="upcoming",state="withdrawn"} 7.0
 * # TYPE indico_registrations_newest_timestamp_seconds gauge
 * indico_registrations_newest_timestamp_seconds 1.7928882E9
 * # TYPE indico_registrations_oldest_pending_timestamp_seconds gauge
 * indico_registrations_oldest_pending_timestamp_seconds 1.456971316E9
 * # TYPE indico_registrations_submitted_1d gauge
 * indico_registrations_submitted_1d 3.0
 * # TYPE indico_registrations_submitted_30d gauge
 * indico_registrations_submitted_30d 15.0
 * # TYPE indico_registrations_submitted_7d gauge
 * indico_registrations_submitted_7d 8.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class RegistrationsCollector implements MetricCollector {
    private static final Label STATE = Label.closed("state", "complete", "pending", "rejected", "withdrawn", "unpaid");

    private static final MetricFamily BY_STATE = MetricFamily.gauge("indico_registrations")
            .help(
                    "Number of registrations by state and event phase, excluding deleted registrations, forms and events.")
            .purpose(
                    "Shows the conference office what waits: pending and unpaid registrations matter while event_phase is"
                            + " not past. The sum over phases is the total.")
            .labels(STATE, EventLabels.PHASE)
            .timeDependent()
            .build();
    private static final MetricFamily CHECKED_IN = MetricFamily.gauge("indico_checked_in_registrations")
            .help("Number of checked-in registrations, excluding deleted registrations, forms and events.")
            .purpose("Supplies a figure for the annual report.")
            .build();
    private static final MetricFamily SUBMITTED_1D = submitted("1d", "day");
    private static final MetricFamily SUBMITTED_7D = submitted("7d", "7 days");
    private static final MetricFamily SUBMITTED_30D = submitted("30d", "30 days");
    private static final MetricFamily NEWEST = MetricFamily.gauge("indico_registrations_newest_timestamp_seconds")
            .help("Unix time at which a registration was last submitted, including deleted ones.")
            .purpose("Tells operators whether this is the live database and whether people can register.")
            .unit("seconds")
            .timeDependent()
            .build();
    private static final MetricFamily OLDEST_PENDING = MetricFamily.gauge(
                    "indico_registrations_oldest_pending_timestamp_seconds")
            .help("Unix time at which the oldest registration awaiting approval was submitted, for events that are not"
                    + " over.")
            .purpose("Shows the conference office that an organiser does not approve registrations.")
            .unit("seconds")
            .timeDependent()
            .build();

    private static MetricFamily submitted(String window, String words) {
        return MetricFamily.gauge("indico_registrations_submitted_" + window)
                .help("Number of registrations submitted in the last " + words
                        + ", in any state, including deleted ones.")
                .purpose("Shows how busy registration is.")
                .timeDependent()
                .build();
    }

    @Override
    public String name() {
        return "registrations";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BY_STATE, CHECKED_IN, SUBMITTED_1D, SUBMITTED_7D, SUBMITTED_30D, NEWEST, OLDEST_PENDING);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Instant now = context.now();
        Field<Phase> phase = new EventPhase(now).ofEvent(REGISTRATIONS.EVENT_ID);
        Condition isAlive = isAlive();
        Condition isAwaited = REGISTRATIONS.STATE.eq(RegistrationState.PENDING).and(phase.ne(Phase.PAST));
        return List.of(FamilyQuery.from(REGISTRATIONS)
                .by(STATE, REGISTRATIONS.STATE)
                .by(EventLabels.PHASE, phase)
                .value(BY_STATE, countRows().where(isAlive))
                .value(
                        CHECKED_IN,
                        countRows().where(REGISTRATIONS.CHECKED_IN.isTrue().and(isAlive)))
                .value(SUBMITTED_1D, submitted(1, now))
                .value(SUBMITTED_7D, submitted(7, now))
                .value(SUBMITTED_30D, submitted(30, now))
                .value(NEWEST, latest(REGISTRATIONS.SUBMITTED_DT).where(REGISTRATIONS.SUBMITTED_DT.le(now)))
                .value(OLDEST_PENDING, earliest(REGISTRATIONS.SUBMITTED_DT).where(isAwaited.and(isAlive))));
    }

    /** A foreign key makes sure that a registration's event is that of its form, so one set is enough for both. */
    private static Condition isAlive() {
        Condition isDead = FORMS.IS_DELETED
                .isTrue()
                .or(new DeadObjects().isEventAlive(FORMS.EVENT_ID).not());
        IdSet deadForms = IdSet.of("dead_registration_forms", FORMS.ID, FORMS, isDead);
        return REGISTRATIONS.IS_DELETED.isFalse().and(deadForms.doesNotContain(REGISTRATIONS.REGISTRATION_FORM_ID));
    }

    private static Value submitted(int days, Instant now) {
        return countRows().where(Windows.last(REGISTRATIONS.SUBMITTED_DT, now, Duration.ofDays(days)));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        String kept = "Registrations that were deleted for good are missing.";
        Spans submitted = new Spans(SUBMITTED_1D, SUBMITTED_7D, SUBMITTED_30D);
        return List.of(
                FamilyHistory.approximate(
                                FamilyQuery.from(REGISTRATIONS
                                                .join(EVENTS)
                                                .on(EVENTS.ID.eq(REGISTRATIONS.EVENT_ID))
                                                .crossJoin(PhasesOfEvent.table()))
                                        .where(isAlive())
                                        .by(STATE, REGISTRATIONS.STATE)
                                        .by(EventLabels.PHASE, PhasesOfEvent.PHASE)
                                        .value(BY_STATE, countRows()),
                                "A registration has its present state, and an event its present dates, from the beginning;"
                                        + " deleted ones are missing.")
                        .from(PhasesOfEvent.begin(REGISTRATIONS.SUBMITTED_DT))
                        .until(PhasesOfEvent.END)
                        .inPartsOf(REGISTRATIONS.ID),
                FamilyHistory.approximate(
                                FamilyQuery.from(REGISTRATIONS)
                                        .where(REGISTRATIONS.CHECKED_IN.isTrue(), isAlive())
                                        .value(CHECKED_IN, countRows()),
                                "Indico forgets a check-in that is taken back, and deleted registrations are missing.")
                        .from(REGISTRATIONS.CHECKED_IN_DT)
                        .inPartsOf(REGISTRATIONS.ID),
                submitted
                        .limit(FamilyHistory.nearExact(submitted.count(FamilyQuery.from(REGISTRATIONS)), kept))
                        .from(REGISTRATIONS.SUBMITTED_DT)
                        .inPartsOf(REGISTRATIONS.ID));
    }
}
