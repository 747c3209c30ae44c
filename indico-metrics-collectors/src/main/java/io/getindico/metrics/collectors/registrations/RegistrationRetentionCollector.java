package io.getindico.metrics.collectors.registrations;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.event_registration.tables.FormFieldData.FORM_FIELD_DATA;
import static io.getindico.metrics.jooq.event_registration.tables.FormItems.FORM_ITEMS;
import static io.getindico.metrics.jooq.event_registration.tables.Forms.FORMS;
import static io.getindico.metrics.jooq.event_registration.tables.RegistrationData.REGISTRATION_DATA;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.boolOr;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.trunc;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
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
 * Counts what Indico should have purged for privacy.
 *
 * <p>Retention is overdue if the period that follows the day on which the event ends is over since yesterday, in UTC, as
 * in Indico's nightly tasks. Like these, it includes deleted forms and events. A field counts only if somebody filled it
 * in, because the task marks no others.
 *
 * <p>Makes one pass over each of {@code event_registration.forms} and {@code form_items}, and joins their few rows with
 * {@code events.events}. For each overdue field, it looks up its few rows of {@code event_registration.form_field_data},
 * and for each of these one entry in an index of {@code event_registration.registration_data}.
 *
 * <pre>
 * # TYPE indico_registration_retention_overdue gauge
 * indico_registration_retention_overdue{scope="field"} 3.0
 * indico_registration_retention_overdue{scope="form"} 3.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class RegistrationRetentionCollector implements MetricCollector {
    private static final Label SCOPE = Label.closed("scope", "form", "field");
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
        return "registration_retention";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(OVERDUE);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Instant now = context.now();
        return List.of(overdueForms(now), overdueFields(now));
    }

    private static FamilyQuery overdueForms(Instant now) {
        return FamilyQuery.from(FORMS)
                .where(
                        FORMS.IS_PURGED.isFalse(),
                        FORMS.RETENTION_PERIOD.isNotNull(),
                        isOver(FORMS.RETENTION_PERIOD, now))
                .constant(SCOPE, "form")
                .value(OVERDUE, countRows());
    }

    private static FamilyQuery overdueFields(Instant now) {
        return FamilyQuery.from(FORM_ITEMS.join(FORMS).on(FORMS.ID.eq(FORM_ITEMS.REGISTRATION_FORM_ID)))
                .where(FORM_ITEMS.IS_PURGED.isFalse(), FORM_ITEMS.RETENTION_PERIOD.isNotNull(), isOverAndFilledIn(now))
                .constant(SCOPE, "field")
                .value(OVERDUE, countRows());
    }

    /** Looks up the events of the few forms and fields with a period. A join would hash all events. */
    private static Condition isOver(Field<YearToSecond> retention, Instant now) {
        LocalDateTime yesterday =
                LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(1).atStartOfDay();
        Field<LocalDateTime> endOfEvent = field(select(EVENTS.END_DT.coerce(SQLDataType.LOCALDATETIME))
                .from(EVENTS)
                .where(EVENTS.ID.eq(FORMS.EVENT_ID)));
        Field<LocalDateTime> lastDay = trunc(endOfEvent, DatePart.DAY);
        return lastDay.plus(retention).le(yesterday);
    }

    /**
     * The {@code CASE} makes PostgreSQL look for data only for the few fields whose period has ended. The smallest id of
     * data that is not below a version's own is one step in an index. A join, or {@code LIMIT 1}, would read all data of
     * registrations, millions of rows, for each field of tables that were never analysed.
     */
    private static Condition isOverAndFilledIn(Instant now) {
        Field<Integer> nextWithData = field(select(min(REGISTRATION_DATA.FIELD_DATA_ID))
                .from(REGISTRATION_DATA)
                .where(REGISTRATION_DATA.FIELD_DATA_ID.ge(FORM_FIELD_DATA.ID)));
        Field<Boolean> isFilledIn = field(select(boolOr(nextWithData.eq(FORM_FIELD_DATA.ID)))
                .from(FORM_FIELD_DATA)
                .where(FORM_FIELD_DATA.FIELD_ID.eq(FORM_ITEMS.ID)));
        return condition(when(isOver(FORM_ITEMS.RETENTION_PERIOD, now), isFilledIn));
    }
}
