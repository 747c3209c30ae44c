package io.getindico.metrics.collectors.categories;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import java.util.List;

/**
 * Counts the categories that are not themselves deleted, including the root. Reads {@code categories.categories}.
 *
 * <pre>
 * # TYPE indico_num_categories gauge
 * indico_num_categories 24.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class CategoriesCollector implements MetricCollector {
    private static final MetricFamily LIVE_CATEGORIES = MetricFamily.gauge("indico_num_categories")
            .help("Categories that are not deleted, the root included.")
            .profile(Profile.COMPATIBLE)
            .build();

    @Override
    public String name() {
        return "categories";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(LIVE_CATEGORIES);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(FamilyQuery.from(CATEGORIES)
                .where(CATEGORIES.IS_DELETED.isFalse())
                .value(LIVE_CATEGORIES, countRows()));
    }
}
