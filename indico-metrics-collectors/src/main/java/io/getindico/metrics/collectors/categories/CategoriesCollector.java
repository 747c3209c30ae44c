package io.getindico.metrics.collectors.categories;

import static io.getindico.metrics.api.RowCounts.countRows;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Samples;
import java.util.List;

/**
 * Counts the categories that are not deleted themselves, the root included. Reads {@code categories.categories}.
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
    public void collect(CollectionContext context, Samples samples) {
        samples.set(
                LIVE_CATEGORIES,
                context.dsl()
                        .select(countRows())
                        .from(CATEGORIES)
                        .where(CATEGORIES.IS_DELETED.isFalse())
                        .fetchSingle()
                        .value1());
    }
}
