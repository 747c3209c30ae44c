package io.getindico.metrics.collectors.livesync;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Agents.AGENTS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Queues.QUEUES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.LivesyncChangeType;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LivesyncCollectorTest extends CollectorContract {
    private static final int ROOT = 0;

    private static final Instant SUNDAY = Instant.parse("2026-06-14T12:00:00Z");
    private static final Instant MONDAY = Instant.parse("2026-06-15T12:00:00Z");
    private static final Instant TUESDAY = Instant.parse("2026-06-16T12:00:00Z");
    private static final Instant WEDNESDAY = Instant.parse("2026-06-17T12:00:00Z");

    private int branch;
    private int leaf;

    @Override
    protected MetricCollector collector() {
        return new LivesyncCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        plant(rows);
        queue(rows, branch).with(QUEUES.TIMESTAMP, MONDAY).insert();
        queue(rows, leaf).with(QUEUES.TIMESTAMP, TUESDAY).insert();
        queue(rows, leaf)
                .with(QUEUES.TYPE, LivesyncEntryType.EVENT)
                .with(QUEUES.TIMESTAMP, WEDNESDAY)
                .insert();
        queue(rows, leaf)
                .with(QUEUES.TYPE, LivesyncEntryType.NOTE)
                .with(QUEUES.TIMESTAMP, TUESDAY)
                .insert();
        queue(rows, ROOT)
                .with(QUEUES.PROCESSED, true)
                .with(QUEUES.TIMESTAMP, SUNDAY)
                .insert();
        queue(rows, ROOT)
                .with(QUEUES.TYPE, LivesyncEntryType.EVENT)
                .with(QUEUES.PROCESSED, true)
                .with(QUEUES.TIMESTAMP, SUNDAY)
                .insert();
        rows.row(AGENTS).with(AGENTS.NAME, "idle").insert();
        for (Instant timestamp : new Instant[] {TUESDAY, WEDNESDAY}) {
            int twin = rows.row(AGENTS).with(AGENTS.NAME, "twin").insert();
            queue(rows, leaf)
                    .with(QUEUES.AGENT_ID, twin)
                    .with(QUEUES.TIMESTAMP, timestamp)
                    .insert();
        }
    }

    /** An event in the root, two in a category below it, four in one below that, and one in none. */
    private void plant(IndicoRows rows) {
        branch = category(rows, ROOT);
        leaf = category(rows, branch);
        events(rows, ROOT, 1);
        events(rows, branch, 2);
        events(rows, leaf, 4);
        events(rows, null, 1);
    }

    @Test
    void anEmptyQueueIsZero(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        assertCounts(database, 0, 0);
    }

    @Test
    void anEntryIsAboutItsCategoryAndWhatIsBelow(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        queue(rows, branch).insert();
        assertCounts(database, 1, 6);
    }

    @Test
    void theRootCanBeQueued(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        queue(rows, ROOT).insert();
        assertCounts(database, 1, 7);
    }

    @Test
    void aLeafHasOnlyItsOwnEvents(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        queue(rows, leaf).insert();
        assertCounts(database, 1, 4);
    }

    @Test
    void twoEntriesOfOneCategoryCountTwice(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        queue(rows, leaf).insert();
        queue(rows, leaf).with(QUEUES.CHANGE, LivesyncChangeType.MOVED).insert();
        assertCounts(database, 2, 8);
    }

    @Test
    void entriesOfSeveralAgentsAddUp(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        int other = rows.row(AGENTS).insert();
        queue(rows, leaf).insert();
        queue(rows, leaf).with(QUEUES.AGENT_ID, other).insert();
        queue(rows, branch).with(QUEUES.AGENT_ID, other).insert();
        assertCounts(database, 3, 4 + 4 + 6);
    }

    @Test
    void anEventCountsForEachQueuedCategoryAboveIt(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        queue(rows, ROOT).insert();
        queue(rows, branch).insert();
        queue(rows, leaf).insert();
        assertCounts(database, 3, 7 + 6 + 4);
    }

    @Test
    void categoriesBesideTheQueuedOneDoNotCount(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        events(rows, category(rows, ROOT), 8);
        events(rows, category(rows, branch), 16);
        queue(rows, leaf).insert();
        assertCounts(database, 1, 4);
    }

    @Test
    void processedEntriesDoNotCount(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        queue(rows, ROOT).with(QUEUES.PROCESSED, true).insert();
        queue(rows, leaf).insert();
        assertCounts(database, 1, 4);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CATEGORY")
    void entriesOfOtherTypesWaitButAreAboutNoCategory(
            LivesyncEntryType type, IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        queue(rows, branch).with(QUEUES.TYPE, type).insert();
        queue(rows, leaf).insert();
        assertCounts(database, 2, 4);
    }

    @Test
    void deletedEventsDoNotCount(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        rows.row(EVENTS)
                .with(EVENTS.CATEGORY_ID, leaf)
                .with(EVENTS.IS_DELETED, true)
                .insert();
        queue(rows, leaf).insert();
        assertCounts(database, 1, 4);
    }

    @Test
    void aDeletedCategoryHidesWhatIsBelow(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        delete(rows, leaf);
        queue(rows, ROOT).insert();
        assertCounts(database, 1, 3);
    }

    @Test
    void aDeletedCategoryBetweenHidesWhatIsBelow(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        delete(rows, branch);
        queue(rows, ROOT).insert();
        assertCounts(database, 1, 1);
    }

    @Test
    void aDeletedCategoryAboveTheQueuedOneHidesItsEvents(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        delete(rows, branch);
        queue(rows, leaf).insert();
        assertCounts(database, 1, 0);
    }

    @Test
    void aDeletedCategoryYieldsNothing(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        delete(rows, leaf);
        queue(rows, leaf).insert();
        queue(rows, branch).insert();
        assertCounts(database, 2, 2);
    }

    @Test
    void aDeletedRootHidesEverything(IndicoDatabase database, IndicoRows rows) {
        plant(rows);
        delete(rows, ROOT);
        queue(rows, leaf).insert();
        queue(rows, ROOT).insert();
        assertCounts(database, 2, 0);
    }

    @Test
    void entriesByAgentAndTypeAddUpToTheSize(IndicoDatabase database, IndicoRows rows) {
        rows.row(AGENTS).with(AGENTS.NAME, "search").insert();
        insertRows(rows);
        assertThat(values(database))
                .containsAllEntriesOf(Map.of(
                        "indico_size_livesync_queues", 6.0,
                        "indico_livesync_queue_entries{agent=\"search\",object_type=\"category\"}", 2.0,
                        "indico_livesync_queue_entries{agent=\"search\",object_type=\"event\"}", 1.0,
                        "indico_livesync_queue_entries{agent=\"search\",object_type=\"note\"}", 1.0,
                        "indico_livesync_queue_entries{agent=\"idle\",object_type=\"note\"}", 0.0,
                        "indico_livesync_processed_entries{agent=\"search\"}", 2.0,
                        "indico_livesync_processed_entries{agent=\"idle\"}", 0.0,
                        "indico_livesync_queue_oldest_entry_timestamp_seconds{agent=\"search\"}",
                                (double) TUESDAY.getEpochSecond(),
                        "indico_livesync_queue_oldest_category_entry_timestamp_seconds{agent=\"search\"}",
                                (double) MONDAY.getEpochSecond()))
                .containsEntry("indico_livesync_queue_oldest_category_entry_timestamp_seconds{agent=\"twin\"}", (double)
                        TUESDAY.getEpochSecond())
                .doesNotContainKeys(
                        "indico_livesync_queue_oldest_entry_timestamp_seconds{agent=\"idle\"}",
                        "indico_livesync_queue_oldest_category_entry_timestamp_seconds{agent=\"idle\"}",
                        "indico_livesync_queue_entries{agent=\"idle\",object_type=\"unknown\"}");
    }

    @Test
    void aTypeOfTheFutureIsUnknownAndNoCategory(IndicoDatabase database, IndicoRows rows) {
        rows.row(AGENTS).with(AGENTS.NAME, "search").insert();
        queue(rows, ROOT).with(QUEUES.TIMESTAMP, MONDAY).insert();
        database.dsl().execute("ALTER TABLE plugin_livesync.queues DROP CONSTRAINT ck_queues_valid_enum_type");
        database.dsl().execute("UPDATE plugin_livesync.queues SET type = 9");
        assertThat(values(database))
                .containsEntry("indico_livesync_queue_entries{agent=\"search\",object_type=\"unknown\"}", 1.0)
                .containsEntry("indico_livesync_queue_oldest_entry_timestamp_seconds{agent=\"search\"}", (double)
                        MONDAY.getEpochSecond())
                .doesNotContainKey("indico_livesync_queue_oldest_category_entry_timestamp_seconds{agent=\"search\"}");
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }

    private static int category(IndicoRows rows, int parent) {
        return rows.row(CATEGORIES).with(CATEGORIES.PARENT_ID, parent).insert();
    }

    private static void delete(IndicoRows rows, int category) {
        rows.update(CATEGORIES, category, CATEGORIES.IS_DELETED, true);
    }

    private static void events(IndicoRows rows, @Nullable Integer category, int number) {
        for (int i = 0; i < number; i++) {
            rows.row(EVENTS).with(EVENTS.CATEGORY_ID, category).insert();
        }
    }

    private static IndicoRows.Row queue(IndicoRows rows, int category) {
        return rows.row(QUEUES).with(QUEUES.TYPE, LivesyncEntryType.CATEGORY).with(QUEUES.CATEGORY_ID, category);
    }

    private void assertCounts(IndicoDatabase database, double queued, double events) {
        assertThat(values(database))
                .containsEntry("indico_size_livesync_queues", queued)
                .containsEntry("indico_num_livesync_events_category_changes", events);
    }
}
