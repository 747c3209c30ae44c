package io.getindico.metrics.collectors;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Queues.QUEUES;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.jooq.enums.LivesyncEntryType;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.IndicoTest;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads databases with rows that Indico would not write. */
@IndicoTest
class HostileDatabaseTest {
    private final IndicoDatabase database;
    private final IndicoRows rows;

    HostileDatabaseTest(IndicoDatabase database, IndicoRows rows) {
        this.database = database;
        this.rows = rows;
    }

    @BeforeEach
    void empty() {
        rows.deleteAll();
    }

    @Test
    void tablesWithoutARowGiveZeros() {
        Gauges gauges = read(settings -> settings.zone(ZoneId.of("Asia/Kathmandu")));
        assertThat(gauges.failures()).isEmpty();
        assertThat(gauges.values())
                .hasSize(22)
                .allSatisfy((gauge, value) -> assertThat(value).isZero());
    }

    @Test
    void withoutARootCategoryTheZoneIsUtc() {
        Gauges gauges = read(UnaryOperator.identity());
        assertThat(gauges.failures()).isEmpty();
        assertThat(gauges.values()).hasSize(22);
        assertThat(gauges.reading().status().zone()).startsWith("Z ");
    }

    @Test
    void categoriesInACircleAreUnderNoRoot() {
        category(0, null);
        category(1, 0);
        category(2, null);
        category(3, 2);
        category(4, null);
        moveUnder(2, 3);
        moveUnder(4, 4);
        for (int id = 0; id <= 4; id++) {
            event(id);
            queue(id);
        }
        assertLivesync(5, 2 + 1);
    }

    @Test
    void aTreeOfAThousandLevelsIsWalkedToItsEnd() {
        category(0, null);
        event(0);
        for (int id = 1; id <= 1000; id++) {
            category(id, id - 1);
            event(id);
        }
        queue(0);
        queue(900);
        assertLivesync(2, 1001 + 101);
        rows.update(CATEGORIES, 950, CATEGORIES.IS_DELETED, true);
        assertLivesync(2, 950 + 50);
    }

    @Test
    void acceptsTheLargestId() {
        int[] ids = {1, 64, 1 << 25, 1 << 30, Integer.MAX_VALUE};
        for (int id : ids) {
            for (boolean isDeleted : new boolean[] {false, true}) {
                int event = isDeleted ? id - 1 : id;
                rows.row(EVENTS)
                        .with(EVENTS.ID, event)
                        .with(EVENTS.IS_DELETED, isDeleted)
                        .insert();
                rows.row(CONTRIBUTIONS)
                        .with(CONTRIBUTIONS.ID, event)
                        .with(CONTRIBUTIONS.EVENT_ID, event)
                        .insert();
                attachAndNote(event);
            }
        }
        assertThat(read(settings -> settings.include(List.of("attachments", "notes")))
                        .values())
                .isEqualTo(Map.of(
                        "indico_num_active_attachment_files", 5.0,
                        "indico_size_active_attachment_files", 5.0,
                        "indico_num_attachment_files", 10.0,
                        "indico_size_attachment_files", 10.0,
                        "indico_num_notes", 5.0));
    }

    private Gauges read(UnaryOperator<IndicoMetricsBuilder> settings) {
        return Gauges.read(database.dataSource(), NOW, settings);
    }

    private void attachAndNote(int contribution) {
        rows.row(NOTES)
                .with(NOTES.ID, contribution)
                .with(NOTES.LINK_TYPE, LinkType.CONTRIBUTION)
                .with(NOTES.CONTRIBUTION_ID, contribution)
                .insert();
        rows.row(FOLDERS)
                .with(FOLDERS.ID, contribution)
                .with(FOLDERS.LINK_TYPE, LinkType.CONTRIBUTION)
                .with(FOLDERS.CONTRIBUTION_ID, contribution)
                .insert();
        rows.row(ATTACHMENTS)
                .with(ATTACHMENTS.ID, contribution)
                .with(ATTACHMENTS.FOLDER_ID, contribution)
                .insert();
        rows.row(FILES)
                .with(FILES.ID, contribution)
                .with(FILES.ATTACHMENT_ID, contribution)
                .with(FILES.SIZE, 1L)
                .insert();
        rows.update(ATTACHMENTS, contribution, ATTACHMENTS.FILE_ID, contribution);
    }

    private void category(int id, @Nullable Integer parent) {
        rows.row(CATEGORIES)
                .with(CATEGORIES.ID, id)
                .with(CATEGORIES.PARENT_ID, parent)
                .insert();
    }

    private void moveUnder(int category, int parent) {
        rows.update(CATEGORIES, category, CATEGORIES.PARENT_ID, parent);
    }

    private void event(int category) {
        rows.row(EVENTS).with(EVENTS.CATEGORY_ID, category).insert();
    }

    private void queue(int category) {
        rows.row(QUEUES)
                .with(QUEUES.TYPE, LivesyncEntryType.CATEGORY)
                .with(QUEUES.CATEGORY_ID, category)
                .insert();
    }

    private void assertLivesync(double queued, double events) {
        assertThat(read(settings -> settings.include(List.of("livesync"))).values())
                .isEqualTo(Map.of(
                        "indico_size_livesync_queues", queued, "indico_num_livesync_events_category_changes", events));
    }
}
