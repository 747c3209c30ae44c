package io.getindico.metrics.collectors.categories;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TopCategoriesCollectorTest extends CollectorContract {
    private static final int ROOT = 0;

    @Override
    protected MetricCollector collector() {
        return new TopCategoriesCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int physics = category(rows, ROOT, "Physics");
        int theory = category(rows, physics, "Theory");
        category(rows, ROOT, "Empty");
        int deletedBelow = category(rows, physics, "Deleted");
        int deleted = category(rows, ROOT, "Gone");
        int belowDeleted = category(rows, deleted, "Below");
        event(rows, physics);
        event(rows, theory);
        event(rows, theory);
        event(rows, ROOT);
        event(rows, null);
        event(rows, deletedBelow);
        event(rows, deleted);
        event(rows, belowDeleted);
        rows.row(EVENTS)
                .with(EVENTS.CATEGORY_ID, physics)
                .with(EVENTS.IS_DELETED, true)
                .insert();
        rows.update(CATEGORIES, deletedBelow, CATEGORIES.IS_DELETED, true);
        rows.update(CATEGORIES, deleted, CATEGORIES.IS_DELETED, true);
    }

    @Test
    void countsEventsBelowEachLiveCategoryOfTheFirstLevel(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database)).isEqualTo(Map.of(events("Physics"), 3.0, events("Empty"), 0.0));
    }

    @Test
    void categoriesOfTheSameTitleAddUp(IndicoDatabase database, IndicoRows rows) {
        event(rows, category(rows, ROOT, "Twin"));
        event(rows, category(rows, ROOT, "Twin"));
        assertThat(values(database)).isEqualTo(Map.of(events("Twin"), 2.0));
    }

    @Test
    void titlesBeyondTheLimitAreOthers(IndicoDatabase database, IndicoRows rows) {
        for (int i = 1; i <= 53; i++) {
            event(rows, category(rows, ROOT, "T" + i));
        }
        assertThat(values(database))
                .hasSize(51)
                .containsEntry(events("T50"), 1.0)
                .containsEntry(events("other"), 3.0);
    }

    @Test
    void aLongTitleWithQuotesDoesNoHarm(IndicoDatabase database, IndicoRows rows) {
        event(rows, category(rows, ROOT, "\"\\\n" + "x".repeat(64 * 1024)));
        assertThat(values(database)).hasSize(1).containsValue(1.0);
    }

    private static int category(IndicoRows rows, int parent, String title) {
        return rows.row(CATEGORIES)
                .with(CATEGORIES.PARENT_ID, parent)
                .with(CATEGORIES.TITLE, title)
                .insert();
    }

    private static void event(IndicoRows rows, @Nullable Integer category) {
        rows.row(EVENTS).with(EVENTS.CATEGORY_ID, category).insert();
    }

    private static String events(String title) {
        return "indico_top_category_events{category=\"" + title + "\"}";
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
