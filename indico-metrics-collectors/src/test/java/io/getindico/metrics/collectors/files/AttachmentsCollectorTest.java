package io.getindico.metrics.collectors.files;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.AttachmentType;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The chain of what a folder belongs to is tested with {@code DeadObjects}. */
final class AttachmentsCollectorTest extends CollectorContract {
    private static final long MORE_THAN_AN_INT = 3_000_000_000L;

    @Override
    protected MetricCollector collector() {
        return new AttachmentsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int folder = folder(rows).insert();
        file(rows, attachment(rows, folder).insert(), 100);
        attachment(rows, folder).with(ATTACHMENTS.TYPE, AttachmentType.LINK).insert();
        file(rows, attachment(rows, folder).with(ATTACHMENTS.IS_DELETED, true).insert(), 10);
        file(
                rows,
                attachment(rows, folder(rows).with(FOLDERS.IS_DELETED, true).insert())
                        .insert(),
                1);
    }

    @Test
    void withoutAnyTheyAreZero(IndicoDatabase database, IndicoRows rows) {
        assertCounts(database, 0, 0, 0, 0);
    }

    @Test
    void aFileCountsWithItsAttachment(IndicoDatabase database, IndicoRows rows) {
        file(rows, attachment(rows, folder(rows).insert()).insert(), 100);
        assertCounts(database, 1, 100, 1, 100);
    }

    @Test
    void aDeletedAttachmentIsNotInUseButItsFilesAreThere(IndicoDatabase database, IndicoRows rows) {
        int folder = folder(rows).insert();
        file(rows, attachment(rows, folder).with(ATTACHMENTS.IS_DELETED, true).insert(), 100);
        file(rows, attachment(rows, folder).insert(), 10);
        assertCounts(database, 1, 10, 2, 110);
    }

    @Test
    void whatIsInADeletedFolderIsNotInUse(IndicoDatabase database, IndicoRows rows) {
        file(
                rows,
                attachment(rows, folder(rows).with(FOLDERS.IS_DELETED, true).insert())
                        .insert(),
                100);
        file(rows, attachment(rows, folder(rows).insert()).insert(), 10);
        assertCounts(database, 1, 10, 2, 110);
    }

    @Test
    void whatBelongsToACategoryIsLeftOut(IndicoDatabase database, IndicoRows rows) {
        int folder = rows.row(FOLDERS)
                .with(FOLDERS.LINK_TYPE, LinkType.CATEGORY)
                .with(FOLDERS.CATEGORY_ID, rows.row(CATEGORIES).insert())
                .insert();
        file(rows, attachment(rows, folder).insert(), 100);
        assertCounts(database, 0, 0, 1, 100);
    }

    @Test
    void linksCountWithoutASize(IndicoDatabase database, IndicoRows rows) {
        int folder = folder(rows).insert();
        attachment(rows, folder).with(ATTACHMENTS.TYPE, AttachmentType.LINK).insert();
        attachment(rows, folder).with(ATTACHMENTS.TYPE, AttachmentType.LINK).insert();
        file(rows, attachment(rows, folder).insert(), 100);
        assertCounts(database, 3, 100, 1, 100);
    }

    @Test
    void ofSeveralVersionsTheCurrentOneIsInUse(IndicoDatabase database, IndicoRows rows) {
        int attachment = attachment(rows, folder(rows).insert()).insert();
        version(rows, attachment, 1);
        int current = version(rows, attachment, 20);
        version(rows, attachment, 300);
        makeCurrent(rows, attachment, current);
        assertCounts(database, 1, 20, 3, 321);
    }

    @Test
    void anAttachmentWithoutACurrentFileHasNoSize(IndicoDatabase database, IndicoRows rows) {
        version(rows, attachment(rows, folder(rows).insert()).insert(), 100);
        assertCounts(database, 1, 0, 1, 100);
    }

    @Test
    void sizesGoBeyond32Bits(IndicoDatabase database, IndicoRows rows) {
        int folder = folder(rows).insert();
        file(rows, attachment(rows, folder).insert(), MORE_THAN_AN_INT);
        file(rows, attachment(rows, folder).insert(), MORE_THAN_AN_INT);
        file(rows, attachment(rows, folder).with(ATTACHMENTS.IS_DELETED, true).insert(), MORE_THAN_AN_INT);
        assertCounts(database, 2, 2 * MORE_THAN_AN_INT, 3, 3 * MORE_THAN_AN_INT);
    }

    @Test
    void sizesGoBeyond64BitsInAllAndNoneIsTooLarge(IndicoDatabase database, IndicoRows rows) {
        int folder = folder(rows).insert();
        file(rows, attachment(rows, folder).insert(), Long.MAX_VALUE);
        file(rows, attachment(rows, folder).insert(), Long.MAX_VALUE);
        assertCounts(database, 2, 2.0 * Long.MAX_VALUE, 2, 2.0 * Long.MAX_VALUE);
    }

    @Test
    void aFileOfTwoAttachmentsCountsForEachInUse(IndicoDatabase database, IndicoRows rows) {
        int folder = folder(rows).insert();
        int first = attachment(rows, folder).insert();
        int shared = file(rows, first, 100);
        makeCurrent(rows, attachment(rows, folder).insert(), shared);
        makeCurrent(
                rows,
                attachment(rows, folder).with(ATTACHMENTS.IS_DELETED, true).insert(),
                shared);
        makeCurrent(
                rows,
                attachment(rows, folder(rows).with(FOLDERS.IS_DELETED, true).insert())
                        .insert(),
                shared);
        file(rows, attachment(rows, folder).insert(), 10);
        attachment(rows, folder).with(ATTACHMENTS.TYPE, AttachmentType.LINK).insert();
        assertCounts(database, 4, 210, 2, 110);
    }

    @Test
    void aFileCountsWhereItIsCurrentNotWhereItCameFrom(IndicoDatabase database, IndicoRows rows) {
        int folder = folder(rows).insert();
        int deleted =
                attachment(rows, folder).with(ATTACHMENTS.IS_DELETED, true).insert();
        int file = version(rows, deleted, 100);
        makeCurrent(rows, attachment(rows, folder).insert(), file);
        assertCounts(database, 1, 100, 1, 100);
    }

    private static IndicoRows.Row folder(IndicoRows rows) {
        int event = rows.row(EVENTS).insert();
        return rows.row(FOLDERS)
                .with(FOLDERS.LINK_TYPE, LinkType.EVENT)
                .with(FOLDERS.EVENT_ID, event)
                .with(FOLDERS.LINKED_EVENT_ID, event);
    }

    private static IndicoRows.Row attachment(IndicoRows rows, int folder) {
        return rows.row(ATTACHMENTS).with(ATTACHMENTS.FOLDER_ID, folder);
    }

    private static int file(IndicoRows rows, int attachment, long size) {
        int file = version(rows, attachment, size);
        makeCurrent(rows, attachment, file);
        return file;
    }

    private static int version(IndicoRows rows, int attachment, long size) {
        return rows.row(FILES)
                .with(FILES.ATTACHMENT_ID, attachment)
                .with(FILES.SIZE, size)
                .insert();
    }

    private static void makeCurrent(IndicoRows rows, int attachment, int file) {
        rows.update(ATTACHMENTS, attachment, ATTACHMENTS.FILE_ID, file);
    }

    private void assertCounts(IndicoDatabase database, double active, double activeSize, double all, double allSize) {
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of(
                        "indico_num_active_attachment_files", active,
                        "indico_size_active_attachment_files", activeSize,
                        "indico_num_attachment_files", all,
                        "indico_size_attachment_files", allSize));
    }
}
