package io.getindico.metrics.collectors.categories;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.categories.tables.EventMoveRequests.EVENT_MOVE_REQUESTS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.EventCreationMode;
import io.getindico.metrics.jooq.enums.MoveRequestState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

final class CategoriesCollectorTest extends CollectorContract {
    private static final int ROOT = 0;
    private static final Instant MONDAY = Instant.parse("2026-06-15T12:00:00Z");
    private static final Instant TUESDAY = Instant.parse("2026-06-16T12:00:00Z");
    private static final String OLDEST = "indico_event_move_requests_oldest_pending_timestamp_seconds";

    @Override
    protected MetricCollector collector() {
        return new CategoriesCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int live = category(rows, EventCreationMode.MODERATED).insert();
        int deleted = category(rows, EventCreationMode.OPEN)
                .with(CATEGORIES.IS_DELETED, true)
                .insert();
        category(rows, EventCreationMode.OPEN)
                .with(CATEGORIES.PARENT_ID, deleted)
                .insert();
        request(rows, live, MoveRequestState.PENDING, TUESDAY);
        request(rows, live, MoveRequestState.ACCEPTED, MONDAY);
        request(rows, deleted, MoveRequestState.PENDING, MONDAY);
        request(rows, deleted, MoveRequestState.REJECTED, MONDAY);
    }

    @Test
    void onlyTheOwnFlagDeletesACategory(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database)).containsEntry("indico_num_categories", 3.0);
    }

    @Test
    void categoriesByModeAddUpToAllCategories(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        rows.update(CATEGORIES, ROOT, CATEGORIES.EVENT_CREATION_MODE, EventCreationMode.RESTRICTED);
        assertThat(values(database))
                .containsAllEntriesOf(Map.of(
                        "indico_num_categories", 3.0,
                        "indico_categories{event_creation_mode=\"restricted\"}", 1.0,
                        "indico_categories{event_creation_mode=\"moderated\"}", 1.0,
                        "indico_categories{event_creation_mode=\"open\"}", 1.0));
    }

    @Test
    void aModeOfTheFutureIsUnknown(IndicoDatabase database) {
        database.dsl()
                .execute(
                        "ALTER TABLE categories.categories DROP CONSTRAINT ck_categories_valid_enum_event_creation_mode");
        database.dsl().execute("UPDATE categories.categories SET event_creation_mode = 9");
        assertThat(values(database))
                .containsEntry("indico_categories{event_creation_mode=\"unknown\"}", 1.0)
                .containsEntry("indico_num_categories", 1.0);
    }

    @Test
    void requestsCountByStateAlsoInDeletedCategories(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .containsAllEntriesOf(Map.of(
                        "indico_event_move_requests{state=\"pending\"}", 2.0,
                        "indico_event_move_requests{state=\"accepted\"}", 1.0,
                        "indico_event_move_requests{state=\"rejected\"}", 1.0,
                        "indico_event_move_requests{state=\"withdrawn\"}", 0.0));
    }

    @Test
    void theOldestPendingRequestIsOneThatSomebodyCanAnswer(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database)).containsEntry(OLDEST, (double) TUESDAY.getEpochSecond());
    }

    @Test
    void theOldestOfSeveralPendingRequestsCounts(IndicoDatabase database, IndicoRows rows) {
        request(rows, ROOT, MoveRequestState.PENDING, TUESDAY);
        request(rows, ROOT, MoveRequestState.PENDING, MONDAY);
        assertThat(values(database)).containsEntry(OLDEST, (double) MONDAY.getEpochSecond());
    }

    @Test
    void withoutAPendingRequestThereIsNoOldest(IndicoDatabase database, IndicoRows rows) {
        request(rows, ROOT, MoveRequestState.WITHDRAWN, MONDAY);
        assertThat(values(database)).doesNotContainKey(OLDEST);
    }

    private static IndicoRows.Row category(IndicoRows rows, EventCreationMode mode) {
        return rows.row(CATEGORIES).with(CATEGORIES.PARENT_ID, ROOT).with(CATEGORIES.EVENT_CREATION_MODE, mode);
    }

    private static void request(IndicoRows rows, int category, MoveRequestState state, Instant requested) {
        rows.row(EVENT_MOVE_REQUESTS)
                .with(EVENT_MOVE_REQUESTS.EVENT_ID, rows.row(EVENTS).insert())
                .with(EVENT_MOVE_REQUESTS.CATEGORY_ID, category)
                .with(EVENT_MOVE_REQUESTS.STATE, state)
                .with(EVENT_MOVE_REQUESTS.REQUESTED_DT, requested)
                .insert();
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
