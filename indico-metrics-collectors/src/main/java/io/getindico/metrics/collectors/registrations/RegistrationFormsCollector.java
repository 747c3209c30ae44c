package io.getindico.metrics.collectors.registrations;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.event_registration.tables.FormFieldData.FORM_FIELD_DATA;
import static io.getindico.metrics.jooq.event_registration.tables.FormItems.FORM_ITEMS;
import static io.getindico.metrics.jooq.event_registration.tables.Forms.FORMS;
import static io.getindico.metrics.jooq.event_registration.tables.RegistrationData.REGISTRATION_DATA;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.trunc;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.collectors.internal.events.Windows;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DatePart;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;
import org.jooq.types.YearToSecond;

/**
 * Counts the registration forms by state, says when the next one opens, and counts what should have been purged.
 *
 * <p>A form is {@code purged} if its registrations were deleted for privacy; otherwise {@code unscheduled} without a start,
 * {@code upcoming} before it, {@code closed} from its end on, and {@code open} in between, also if it is full. Deleted
 * forms and forms of deleted events do not count.
 *
 * <p>Retention is overdue if the period that follows the day on which the event ends is over since yesterday, in UTC, as
 * in Indico's nightly tasks. Like these, it includes deleted forms and events. A field counts only if somebody filled it
 * in, because the task marks no others.
 *
 * <p>Makes two passes over {@code event_registration.forms} and one over {@code event_registration.form_items}, joined with
 * {@code events.events}. For each overdue field, it looks up one row of {@code event_registration.form_field_data} and
 * {@code event_registration.registration_data} by their indexes.
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
 * # TYPE indico_registration_retention_overdue gauge
 * indico_registration_retention_overdue{scope="field"} 3.0
 * indico_registration_retention_overdue{scope="form"} 3.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class RegistrationFormsCollector implements MetricCollector {
    private static final Label STATE = Label.closed("state", "unscheduled", "upcoming", "open", "closed", "purged");
    private static final Label SCOPE = Label.closed("scope", "form", "field");

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
            .purpose("A countdown on the dashboard of the operators.")
            .unit("seconds")
            .timeDependent()
            .build();
    private static final MetricFamily OVERDUE = MetricFamily.gauge("indico_registration_retention_overdue")
            .help(
                    "Number of unpurged registration forms, or fields with data, whose retention period ended yesterday or"
                            + " earlier (UTC).")
            .purpose("For the data protection officer: if indico_registration_retention_overdue > 0, one of Indico's"
                    + " nightly purges (fields at 03:00, forms at 03:30) is broken.")
            .labels(SCOPE)
            .timeDependent()
            .build();

    @Override
    public String name() {
        return "registration_forms";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BY_STATE, OPENING_1D, NEXT_OPENING, OVERDUE);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Instant now = context.now();
        return List.of(forms(now), overdueForms(now), overdueFields(now));
    }

    private static FamilyQuery forms(Instant now) {
        Condition isKept = FORMS.IS_PURGED.isFalse();
        return FamilyQuery.from(FORMS.join(EVENTS).on(EVENTS.ID.eq(FORMS.EVENT_ID)))
                .where(FORMS.IS_DELETED.isFalse(), EVENTS.IS_DELETED.isFalse())
                .by(
                        STATE,
                        when(FORMS.IS_PURGED.isTrue(), inline("purged"))
                                .when(FORMS.START_DT.isNull(), inline("unscheduled"))
                                .when(FORMS.START_DT.gt(now), inline("upcoming"))
                                .when(FORMS.END_DT.le(now), inline("closed"))
                                .otherwise(inline("open")))
                .value(BY_STATE, countRows())
                .value(OPENING_1D, countRows().where(isKept.and(Windows.next(FORMS.START_DT, now, Duration.ofDays(1)))))
                .value(NEXT_OPENING, earliest(FORMS.START_DT).where(isKept.and(FORMS.START_DT.gt(now))));
    }

    private static FamilyQuery overdueForms(Instant now) {
        return FamilyQuery.from(FORMS.join(EVENTS).on(EVENTS.ID.eq(FORMS.EVENT_ID)))
                .where(FORMS.IS_PURGED.isFalse(), isOver(FORMS.RETENTION_PERIOD, now))
                .constant(SCOPE, "form")
                .value(OVERDUE, countRows());
    }

    private static FamilyQuery overdueFields(Instant now) {
        return FamilyQuery.from(FORM_ITEMS
                        .join(FORMS)
                        .on(FORMS.ID.eq(FORM_ITEMS.REGISTRATION_FORM_ID))
                        .join(EVENTS)
                        .on(EVENTS.ID.eq(FORMS.EVENT_ID)))
                .where(FORM_ITEMS.IS_PURGED.isFalse(), isOver(FORM_ITEMS.RETENTION_PERIOD, now), isFilledIn())
                .constant(SCOPE, "field")
                .value(OVERDUE, countRows());
    }

    private static Condition isOver(Field<YearToSecond> retention, Instant now) {
        LocalDateTime yesterday =
                LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(1).atStartOfDay();
        Field<LocalDateTime> lastDay = trunc(EVENTS.END_DT.coerce(SQLDataType.LOCALDATETIME), DatePart.DAY);
        return lastDay.plus(retention).le(yesterday);
    }

    /** The limit keeps PostgreSQL from joining all data of registrations, millions of rows, to the few fields. */
    private static Condition isFilledIn() {
        return condition(field(select(inline(true))
                .from(FORM_FIELD_DATA)
                .join(REGISTRATION_DATA)
                .on(REGISTRATION_DATA.FIELD_DATA_ID.eq(FORM_FIELD_DATA.ID))
                .where(FORM_FIELD_DATA.FIELD_ID.eq(FORM_ITEMS.ID))
                .limit(inline(1))));
    }
}
