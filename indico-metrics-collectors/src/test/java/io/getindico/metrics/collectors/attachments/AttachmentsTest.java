package io.getindico.metrics.collectors.attachments;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.Indico;
import io.getindico.metrics.jooq.enums.AttachmentType;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The chain of what a folder belongs to is tested with {@code DeadObjects}. */
class AttachmentsTest {
    private static final long MORE_THAN_AN_INT = 3_000_000_000L;

    @RegisterExtension
    private static final Indico INDICO = new Indico();

    @Test
    void withoutAnyTheyAreZero() {
        assertCounts(0, 0, 0, 0);
    }

    @Test
    void aFileCountsWithItsAttachment() {
        file(attachment(folder().insert()).insert(), 100);
        assertCounts(1, 100, 1, 100);
    }

    @Test
    void aDeletedAttachmentIsNotInUseButItsFilesAreThere() {
        int folder = folder().insert();
        file(attachment(folder).with(ATTACHMENTS.IS_DELETED, true).insert(), 100);
        file(attachment(folder).insert(), 10);
        assertCounts(1, 10, 2, 110);
    }

    @Test
    void whatIsInADeletedFolderIsNotInUse() {
        file(attachment(folder().with(FOLDERS.IS_DELETED, true).insert()).insert(), 100);
        file(attachment(folder().insert()).insert(), 10);
        assertCounts(1, 10, 2, 110);
    }

    @Test
    void whatBelongsToACategoryIsLeftOut() {
        int folder = INDICO.rows()
                .row(FOLDERS)
                .with(FOLDERS.LINK_TYPE, LinkType.CATEGORY)
                .with(FOLDERS.CATEGORY_ID, INDICO.rows().row(CATEGORIES).insert())
                .insert();
        file(attachment(folder).insert(), 100);
        assertCounts(0, 0, 1, 100);
    }

    @Test
    void linksCountWithoutASize() {
        int folder = folder().insert();
        attachment(folder).with(ATTACHMENTS.TYPE, AttachmentType.LINK).insert();
        attachment(folder).with(ATTACHMENTS.TYPE, AttachmentType.LINK).insert();
        file(attachment(folder).insert(), 100);
        assertCounts(3, 100, 1, 100);
    }

    @Test
    void ofSeveralVersionsTheCurrentOneIsInUse() {
        int attachment = attachment(folder().insert()).insert();
        version(attachment, 1);
        int current = version(attachment, 20);
        version(attachment, 300);
        makeCurrent(attachment, current);
        assertCounts(1, 20, 3, 321);
    }

    @Test
    void anAttachmentWithoutACurrentFileHasNoSize() {
        version(attachment(folder().insert()).insert(), 100);
        assertCounts(1, 0, 1, 100);
    }

    @Test
    void sizesGoBeyond32Bits() {
        int folder = folder().insert();
        file(attachment(folder).insert(), MORE_THAN_AN_INT);
        file(attachment(folder).insert(), MORE_THAN_AN_INT);
        file(attachment(folder).with(ATTACHMENTS.IS_DELETED, true).insert(), MORE_THAN_AN_INT);
        assertCounts(2, 2 * MORE_THAN_AN_INT, 3, 3 * MORE_THAN_AN_INT);
    }

    @Test
    void sizesGoBeyond64BitsInAllAndNoneIsTooLarge() {
        int folder = folder().insert();
        file(attachment(folder).insert(), Long.MAX_VALUE);
        file(attachment(folder).insert(), Long.MAX_VALUE);
        assertCounts(2, 2.0 * Long.MAX_VALUE, 2, 2.0 * Long.MAX_VALUE);
    }

    @Test
    void aFileOfTwoAttachmentsCountsForEachInUse() {
        int folder = folder().insert();
        int first = attachment(folder).insert();
        int shared = file(first, 100);
        makeCurrent(attachment(folder).insert(), shared);
        makeCurrent(attachment(folder).with(ATTACHMENTS.IS_DELETED, true).insert(), shared);
        makeCurrent(attachment(folder().with(FOLDERS.IS_DELETED, true).insert()).insert(), shared);
        file(attachment(folder).insert(), 10);
        attachment(folder).with(ATTACHMENTS.TYPE, AttachmentType.LINK).insert();
        assertCounts(4, 210, 2, 110);
    }

    @Test
    void aFileCountsWhereItIsCurrentNotWhereItCameFrom() {
        int folder = folder().insert();
        int deleted = attachment(folder).with(ATTACHMENTS.IS_DELETED, true).insert();
        int file = version(deleted, 100);
        makeCurrent(attachment(folder).insert(), file);
        assertCounts(1, 100, 1, 100);
    }

    private static IndicoRows.Row folder() {
        int event = INDICO.rows().row(EVENTS).insert();
        return INDICO.rows()
                .row(FOLDERS)
                .with(FOLDERS.LINK_TYPE, LinkType.EVENT)
                .with(FOLDERS.EVENT_ID, event)
                .with(FOLDERS.LINKED_EVENT_ID, event);
    }

    private static IndicoRows.Row attachment(int folder) {
        return INDICO.rows().row(ATTACHMENTS).with(ATTACHMENTS.FOLDER_ID, folder);
    }

    private static int file(int attachment, long size) {
        int file = version(attachment, size);
        makeCurrent(attachment, file);
        return file;
    }

    private static int version(int attachment, long size) {
        return INDICO.rows()
                .row(FILES)
                .with(FILES.ATTACHMENT_ID, attachment)
                .with(FILES.SIZE, size)
                .insert();
    }

    private static void makeCurrent(int attachment, int file) {
        INDICO.dsl()
                .update(ATTACHMENTS)
                .set(ATTACHMENTS.FILE_ID, file)
                .where(ATTACHMENTS.ID.eq(attachment))
                .execute();
    }

    private static void assertCounts(double active, double activeSize, double all, double allSize) {
        assertThat(INDICO.read("attachments").values())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "indico_num_active_attachment_files", active,
                        "indico_size_active_attachment_files", activeSize,
                        "indico_num_attachment_files", all,
                        "indico_size_attachment_files", allSize));
    }
}
