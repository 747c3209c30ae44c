package io.getindico.metrics.collectors.registrations;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.event_registration.tables.Forms.FORMS;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.collectors.internal.events.Windows;
import io.getindico.metrics.collectors.internal.flags.Flags;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;

/**
 * Counts the registration forms by state and says when the next one opens.
 *
 * <p>A form is {@code purged} if its registrations were deleted for privacy; otherwise {@code unscheduled} without a start,
 * {@code upcoming} before it, {@code closed} from its end on, and {@code open} in between, also if it is full. Deleted
 * forms and forms of deleted events do not count.
 *
 * <p>Makes one pass over {@code event_registration.forms} and one over {@code events.events}, whose result other
 * collectors share.
 *
 * <pre>
 * # TYPE indico_registration_forms gauge
 * indico_registration_forms{state="closed"} 6.0
 * indico_registration_forms{state="open"} 12.0
 * indico_registration_forms{state="purged"} 0.0
 * indico_registration_forms{state="unscheduled"} 8.0
 * indico_registration_forms{state="upcoming"} 3.0
 * # TYPE indico_registration_forms_next_opening_timestamp_seconds gauge
 * indico_registration_forms_next_opening_timestamp_seconds 1.792888201E9
 * # TYPE indico_registration_forms_opening_1d gauge
 * indico_registration_forms_opening_1d 2.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class RegistrationFormsCollector implements MetricCollector {
    private static final Label STATE = Label.closed("state", "unscheduled", "upcoming", "open", "closed", "purged");

    private static final MetricFamily BY_STATE = MetricFamily.gauge("indico_registration_forms")
            .help("Number of non-deleted registration forms of non-deleted events by state; open means started and not"
                    + " ended, even if full.")
            .purpose("Shows the conference office how many forms are open, and how many will open.")
            .labels(STATE)
            .timeDependent()
            .build();
    private static final MetricFamily OPENING_1D = MetricFamily.gauge("indico_registration_forms_opening_1d")
            .help(
                    "Number of registration forms opening within the next day, excluding purged ones and deleted forms and"
                            + " events.")
            .purpose("Tells operators when a spike of load comes, and when not to deploy.")
            .timeDependent()
            .build();
    private static final MetricFamily NEXT_OPENING = MetricFamily.gauge(
                    "indico_registration_forms_next_opening_timestamp_seconds")
            .help("Unix time at which the next registration form opens, excluding purged ones and deleted forms and"
                    + " events.")
            .purpose("Gives the operators' dashboard a countdown.")
            .unit("seconds")
            .timeDependent()
            .build();

    @Override
    public String name() {
        return "registration_forms";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BY_STATE, OPENING_1D, NEXT_OPENING);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Instant now = context.now();
        return List.of(forms(now));
    }

    private static FamilyQuery forms(Instant now) {
        Condition isKept = FORMS.IS_PURGED.isFalse();
        return FamilyQuery.from(FORMS)
                .where(FORMS.IS_DELETED.isFalse(), new DeadObjects().isEventAlive(FORMS.EVENT_ID))
                .by(
                        STATE,
                        Flags.choose(
                                FORMS.IS_PURGED,
                                "purged",
                                when(FORMS.START_DT.isNull(), inline("unscheduled"))
                                        .when(FORMS.START_DT.gt(now), inline("upcoming"))
                                        .when(FORMS.END_DT.le(now), inline("closed"))
                                        .otherwise(inline("open"))))
                .value(BY_STATE, countRows())
                .value(OPENING_1D, countRows().where(isKept.and(Windows.next(FORMS.START_DT, now, Duration.ofDays(1)))))
                .value(NEXT_OPENING, earliest(FORMS.START_DT).where(isKept.and(FORMS.START_DT.gt(now))));
    }
}
