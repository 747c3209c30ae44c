package io.getindico.metrics.collectors.livesync;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Agents.AGENTS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Queues.QUEUES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.Indico;
import io.getindico.metrics.jooq.enums.LivesyncChangeType;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LivesyncTest {
    @RegisterExtension
    private static final Indico INDICO = new Indico();

    private int root;
    private int branch;
    private int leaf;

    /** An event in the root, two in a category below it, four in one below that, and one in none. */
    @BeforeEach
    void aTree() {
        root = INDICO.rows().row(CATEGORIES).with(CATEGORIES.ID, 0).insert();
        branch = category(root);
        leaf = category(branch);
        events(root, 1);
        events(branch, 2);
        events(leaf, 4);
        events(null, 1);
    }

    @Test
    void anEmptyQueueIsZero() {
        assertCounts(0, 0);
    }

    @Test
    void anEntryIsAboutItsCategoryAndWhatIsBelow() {
        queue(branch).insert();
        assertCounts(1, 6);
    }

    @Test
    void theRootCanBeQueued() {
        queue(root).insert();
        assertCounts(1, 7);
    }

    @Test
    void aLeafHasOnlyItsOwnEvents() {
        queue(leaf).insert();
        assertCounts(1, 4);
    }

    @Test
    void twoEntriesOfOneCategoryCountTwice() {
        queue(leaf).insert();
        queue(leaf).with(QUEUES.CHANGE, LivesyncChangeType.MOVED).insert();
        assertCounts(2, 8);
    }

    @Test
    void entriesOfSeveralAgentsAddUp() {
        int other = INDICO.rows().row(AGENTS).insert();
        queue(leaf).insert();
        queue(leaf).with(QUEUES.AGENT_ID, other).insert();
        queue(branch).with(QUEUES.AGENT_ID, other).insert();
        assertCounts(3, 4 + 4 + 6);
    }

    @Test
    void anEventCountsForEachQueuedCategoryAboveIt() {
        queue(root).insert();
        queue(branch).insert();
        queue(leaf).insert();
        assertCounts(3, 7 + 6 + 4);
    }

    @Test
    void categoriesBesideTheQueuedOneDoNotCount() {
        events(category(root), 8);
        events(category(branch), 16);
        queue(leaf).insert();
        assertCounts(1, 4);
    }

    @Test
    void processedEntriesDoNotCount() {
        queue(root).with(QUEUES.PROCESSED, true).insert();
        queue(leaf).insert();
        assertCounts(1, 4);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CATEGORY")
    void entriesOfOtherTypesWaitButAreAboutNoCategory(LivesyncEntryType type) {
        queue(branch).with(QUEUES.TYPE, type).insert();
        queue(leaf).insert();
        assertCounts(2, 4);
    }

    @Test
    void deletedEventsDoNotCount() {
        INDICO.rows()
                .row(EVENTS)
                .with(EVENTS.CATEGORY_ID, leaf)
                .with(EVENTS.IS_DELETED, true)
                .insert();
        queue(leaf).insert();
        assertCounts(1, 4);
    }

    @Test
    void aDeletedCategoryHidesWhatIsBelow() {
        delete(leaf);
        queue(root).insert();
        assertCounts(1, 3);
    }

    @Test
    void aDeletedCategoryBetweenHidesWhatIsBelow() {
        delete(branch);
        queue(root).insert();
        assertCounts(1, 1);
    }

    @Test
    void aDeletedCategoryAboveTheQueuedOneHidesItsEvents() {
        delete(branch);
        queue(leaf).insert();
        assertCounts(1, 0);
    }

    @Test
    void aDeletedCategoryYieldsNothing() {
        delete(leaf);
        queue(leaf).insert();
        queue(branch).insert();
        assertCounts(2, 2);
    }

    @Test
    void underADeletedRootThereIsNothing() {
        delete(root);
        queue(leaf).insert();
        queue(root).insert();
        assertCounts(2, 0);
    }

    private static int category(int parent) {
        return INDICO.rows().row(CATEGORIES).with(CATEGORIES.PARENT_ID, parent).insert();
    }

    private static void delete(int category) {
        INDICO.dsl()
                .update(CATEGORIES)
                .set(CATEGORIES.IS_DELETED, true)
                .where(CATEGORIES.ID.eq(category))
                .execute();
    }

    private static void events(@Nullable Integer category, int number) {
        for (int i = 0; i < number; i++) {
            INDICO.rows().row(EVENTS).with(EVENTS.CATEGORY_ID, category).insert();
        }
    }

    private static IndicoRows.Row queue(int category) {
        return INDICO.rows()
                .row(QUEUES)
                .with(QUEUES.TYPE, LivesyncEntryType.CATEGORY)
                .with(QUEUES.CATEGORY_ID, category);
    }

    private static void assertCounts(double queued, double events) {
        assertThat(INDICO.read("livesync").values())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "indico_size_livesync_queues", queued,
                        "indico_num_livesync_events_category_changes", events));
    }
}
