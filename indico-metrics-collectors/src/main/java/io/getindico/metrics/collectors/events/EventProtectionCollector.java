package io.getindico.metrics.collectors.events;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import java.util.List;
import org.jooq.CommonTableExpression;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.impl.DSL;

/**
 * Counts the events that are not deleted by who may read them. Protection that an event inherits is resolved through the
 * categories above it. An unlisted event is in no category, and only those who are on its list can read it.
 *
 * <p>Walks {@code categories.categories} down from the root once and makes one pass over {@code events.events}.
 *
 * <pre>
 * # TYPE indico_accessible_events gauge
 * indico_accessible_events{access="protected"} 65.0
 * indico_accessible_events{access="public"} 130.0
 * indico_accessible_events{access="unlisted"} 12.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class EventProtectionCollector implements MetricCollector {
    private static final Label ACCESS = Label.closed("access", "public", "protected", "unlisted");
    private static final MetricFamily ACCESSIBLE = MetricFamily.gauge("indico_accessible_events")
            .help("Number of non-deleted events by effective read access, resolving protection inherited from"
                    + " categories.")
            .labels(ACCESS)
            .profile(Profile.FULL)
            .purpose("Shows a security officer the share of events that anybody can read. A jump means that somebody"
                    + " opened a category.")
            .build();

    @Override
    public String name() {
        return "event_protection";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(ACCESSIBLE);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(events());
    }

    private static FamilyQuery events() {
        CommonTableExpression<?> resolved = resolvedCategories();
        Field<ProtectionMode> inherited = resolved.field(CATEGORIES.PROTECTION_MODE);
        Field<ProtectionMode> mode = when(EVENTS.PROTECTION_MODE.eq(ProtectionMode.INHERITING), inherited)
                .otherwise(EVENTS.PROTECTION_MODE);
        return FamilyQuery.from(EVENTS.leftJoin(resolved)
                        .on(resolved.field(CATEGORIES.ID).eq(EVENTS.CATEGORY_ID)))
                .with(resolved)
                .where(EVENTS.IS_DELETED.isFalse())
                .by(
                        ACCESS,
                        when(EVENTS.CATEGORY_ID.isNull(), inline("unlisted"))
                                .when(mode.eq(ProtectionMode.PUBLIC), inline("public"))
                                .when(mode.eq(ProtectionMode.PROTECTED), inline("protected")))
                .value(ACCESSIBLE, countRows());
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        return List.of(FamilyHistory.approximate(
                        events(),
                        "An event has its present category, and both have their present protection, from the beginning;"
                                + " deleted events are missing.")
                .from(EVENTS.CREATED_DT)
                .inPartsOf(EVENTS.ID));
    }

    /** Each category with its own mode, or that of the nearest category above it that does not inherit. */
    private static CommonTableExpression<?> resolvedCategories() {
        Name resolved = DSL.name("resolved_categories");
        Field<Integer> parent = field(resolved.append("id"), Integer.class);
        Field<ProtectionMode> modeOfParent =
                field(resolved.append("protection_mode"), CATEGORIES.PROTECTION_MODE.getDataType());
        return resolved.as(select(CATEGORIES.ID, CATEGORIES.PROTECTION_MODE)
                .from(CATEGORIES)
                .where(CATEGORIES.PARENT_ID.isNull())
                .unionAll(select(
                                CATEGORIES.ID,
                                when(CATEGORIES.PROTECTION_MODE.eq(ProtectionMode.INHERITING), modeOfParent)
                                        .otherwise(CATEGORIES.PROTECTION_MODE))
                        .from(table(resolved))
                        .join(CATEGORIES)
                        .on(CATEGORIES.PARENT_ID.eq(parent))));
    }
}
