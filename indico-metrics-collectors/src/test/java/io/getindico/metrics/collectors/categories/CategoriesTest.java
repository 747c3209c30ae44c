package io.getindico.metrics.collectors.categories;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.Indico;
import io.getindico.metrics.testing.IndicoRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CategoriesTest {
    @RegisterExtension
    private static final Indico INDICO = new Indico();

    @Test
    void onlyTheOwnFlagDeletesACategory() {
        int root = category().with(CATEGORIES.ID, 0).insert();
        category().with(CATEGORIES.PARENT_ID, root).insert();
        int deleted = category()
                .with(CATEGORIES.PARENT_ID, root)
                .with(CATEGORIES.IS_DELETED, true)
                .insert();
        category().with(CATEGORIES.PARENT_ID, deleted).insert();
        assertThat(INDICO.read("categories").value("indico_num_categories")).isEqualTo(3);
    }

    private static IndicoRows.Row category() {
        return INDICO.rows().row(CATEGORIES);
    }
}
