package io.getindico.metrics.collectors.events;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.enums.ProtectionMode.INHERITING;
import static io.getindico.metrics.jooq.enums.ProtectionMode.PROTECTED;
import static io.getindico.metrics.jooq.enums.ProtectionMode.PUBLIC;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EventProtectionCollectorTest extends CollectorContract {
    private static final int ROOT = 0;

    @Override
    protected MetricCollector collector() {
        return new EventProtectionCollector();
    }

    /** The last event also sets the next day's peak: {@code events} is tried with these rows, too. */
    @Override
    protected void insertRows(IndicoRows rows) {
        rows.update(CATEGORIES, ROOT, CATEGORIES.PROTECTION_MODE, PUBLIC);
        int inheriting = category(rows, ROOT, INHERITING);
        int closed = category(rows, inheriting, PROTECTED);
        int belowClosed = category(rows, closed, INHERITING);
        event(rows, inheriting, INHERITING).insert();
        event(rows, inheriting, PROTECTED).insert();
        event(rows, closed, INHERITING).insert();
        event(rows, closed, PUBLIC).insert();
        event(rows, belowClosed, INHERITING).insert();
        event(rows, belowClosed, PUBLIC).insert();
        event(rows, null, INHERITING).insert();
        event(rows, ROOT, PUBLIC).with(EVENTS.IS_DELETED, true).insert();
        event(rows, ROOT, INHERITING)
                .with(EVENTS.START_DT, NOW.plus(Duration.ofDays(1)))
                .with(EVENTS.END_DT, NOW.plus(Duration.ofDays(2)))
                .insert();
    }

    @ParameterizedTest(name = "{2} in {1} in {0}: {3}")
    @CsvSource({
        "PUBLIC,INHERITING,INHERITING,public",
        "PROTECTED,INHERITING,INHERITING,protected",
        "PUBLIC,PROTECTED,INHERITING,protected",
        "PROTECTED,PUBLIC,INHERITING,public",
        "PROTECTED,PROTECTED,PUBLIC,public",
        "PUBLIC,PUBLIC,PROTECTED,protected"
    })
    void theNearestModeThatIsNotInheritedCounts(
            ProtectionMode root,
            ProtectionMode category,
            ProtectionMode own,
            String access,
            IndicoDatabase database,
            IndicoRows rows) {
        rows.update(CATEGORIES, ROOT, CATEGORIES.PROTECTION_MODE, root);
        event(rows, category(rows, ROOT, category), own).insert();
        assertThat(values(database)).containsEntry(events(access), 1.0);
    }

    @Test
    void countsEachLiveEventOnce(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .isEqualTo(Map.of(events("public"), 4.0, events("protected"), 3.0, events("unlisted"), 1.0));
    }

    @Test
    void aDeletedCategoryStillProtects(IndicoDatabase database, IndicoRows rows) {
        int deleted = category(rows, ROOT, PROTECTED);
        rows.update(CATEGORIES, deleted, CATEGORIES.IS_DELETED, true);
        event(rows, deleted, INHERITING).insert();
        assertThat(values(database)).containsEntry(events("protected"), 1.0);
    }

    @Test
    void aModeOfTheFutureIsUnknown(IndicoDatabase database, IndicoRows rows) {
        event(rows, ROOT, INHERITING).insert();
        database.dsl()
                .execute("ALTER TABLE categories.categories DROP CONSTRAINT ck_categories_valid_enum_protection_mode");
        database.dsl().execute("UPDATE categories.categories SET protection_mode = 9");
        assertThat(values(database)).containsEntry(events("unknown"), 1.0);
    }

    private static int category(IndicoRows rows, int parent, ProtectionMode mode) {
        return rows.row(CATEGORIES)
                .with(CATEGORIES.PARENT_ID, parent)
                .with(CATEGORIES.PROTECTION_MODE, mode)
                .insert();
    }

    private static IndicoRows.Row event(IndicoRows rows, @Nullable Integer category, ProtectionMode mode) {
        return rows.row(EVENTS).with(EVENTS.CATEGORY_ID, category).with(EVENTS.PROTECTION_MODE, mode);
    }

    private static String events(String access) {
        return "indico_accessible_events{access=\"" + access + "\"}";
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
