package io.getindico.metrics.collectors.events;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EventsCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new EventsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int deletedCategory = rows.row(CATEGORIES)
                .with(CATEGORIES.PARENT_ID, 0)
                .with(CATEGORIES.IS_DELETED, true)
                .insert();
        rows.row(EVENTS).insert();
        rows.row(EVENTS).with(EVENTS.CATEGORY_ID, null).insert();
        rows.row(EVENTS).with(EVENTS.CATEGORY_ID, deletedCategory).insert();
        rows.row(EVENTS).with(EVENTS.IS_DELETED, true).insert();
    }

    @Test
    void onlyTheOwnFlagDeletesAnEvent(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of("indico_num_events", 3.0));
    }
}
