package io.getindico.metrics.collectors.categories;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CategoriesCollectorTest extends CollectorContract {
    private static final int ROOT = 0;

    @Override
    protected MetricCollector collector() {
        return new CategoriesCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        rows.row(CATEGORIES).with(CATEGORIES.PARENT_ID, ROOT).insert();
        int deleted = rows.row(CATEGORIES)
                .with(CATEGORIES.PARENT_ID, ROOT)
                .with(CATEGORIES.IS_DELETED, true)
                .insert();
        rows.row(CATEGORIES).with(CATEGORIES.PARENT_ID, deleted).insert();
    }

    @Test
    void onlyTheOwnFlagDeletesACategory(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of("indico_num_categories", 3.0));
    }
}
