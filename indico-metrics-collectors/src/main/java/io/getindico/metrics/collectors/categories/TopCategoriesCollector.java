package io.getindico.metrics.collectors.categories;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import java.util.List;
import org.jooq.CommonTableExpression;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.impl.DSL;

/**
 * Counts the events that are not deleted in or below each first-level category. Events below a deleted category do not
 * count. Categories with the same title are added up. An event directly in the root category, or in none, is below no
 * first-level category.
 *
 * <p>Walks {@code categories.categories} down from the first level once and makes one pass over {@code events.events}.
 *
 * <pre>
 * # TYPE indico_top_category_events gauge
 * indico_top_category_events{category="C1"} 25.0
 * indico_top_category_events{category="C2"} 70.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class TopCategoriesCollector implements MetricCollector {
    private static final int ROOT = 0;
    private static final Label CATEGORY = Label.open("category");
    private static final MetricFamily EVENTS_BELOW = MetricFamily.gauge("indico_top_category_events")
            .help("Number of non-deleted events in or below each first-level category, excluding deleted categories.")
            .labels(CATEGORY)
            .profile(Profile.OPT_IN)
            .purpose("Shows which departments or experiments use the service, for example to charge them. It publishes"
                    + " the titles of categories.")
            .build();

    @Override
    public String name() {
        return "top_categories";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(EVENTS_BELOW);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Name below = DSL.name("below_top");
        Field<Integer> id = field(below.append("id"), Integer.class);
        Field<Integer> top = field(below.append("top"), Integer.class);
        Field<String> title = field(below.append("title"), String.class);
        CommonTableExpression<?> categories = below.as(select(CATEGORIES.ID, CATEGORIES.ID.as("top"), CATEGORIES.TITLE)
                .from(CATEGORIES)
                .where(CATEGORIES.PARENT_ID.eq(ROOT), CATEGORIES.IS_DELETED.isFalse())
                .unionAll(select(CATEGORIES.ID, top, title)
                        .from(table(below))
                        .join(CATEGORIES)
                        .on(CATEGORIES.PARENT_ID.eq(id), CATEGORIES.IS_DELETED.isFalse())));
        return List.of(
                FamilyQuery.from(categories.leftJoin(EVENTS).on(EVENTS.CATEGORY_ID.eq(id), EVENTS.IS_DELETED.isFalse()))
                        .with(categories)
                        .by(CATEGORY, title, top)
                        .value(EVENTS_BELOW, countRows().where(EVENTS.ID.isNotNull())));
    }
}
