package io.getindico.metrics.collectors.files;

import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Sessions.SESSIONS;
import static io.getindico.metrics.jooq.events.tables.Subcontributions.SUBCONTRIBUTIONS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.AttachmentType;
import io.getindico.metrics.jooq.enums.LinkType;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The chain of what a folder belongs to is tested with {@code DeadObjects}. */
final class AttachmentsCollectorTest extends CollectorContract {
    private static final Duration DAY = Duration.ofDays(1);
    private static final LinkType[] OBJECTS = {
        LinkType.CATEGORY, LinkType.EVENT, LinkType.CONTRIBUTION, LinkType.SUBCONTRIBUTION, LinkType.SESSION
    };
    private static final long MORE_THAN_AN_INT = 3_000_000_000L;

    @Override
    protected MetricCollector collector() {
        return new AttachmentsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        for (LinkType object : OBJECTS) {
            file(rows, attachment(rows, folder(rows, object).insert()).insert(), 1000);
        }
        for (Duration age : new Duration[] {DAY, DAY.minus(TICK), Duration.ZERO, TICK.negated()}) {
            upload(rows, NOW.minus(age), "s3", 10_000);
        }
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
    void attachmentsInADeletedFolderAreNotInUse(IndicoDatabase database, IndicoRows rows) {
        file(
                rows,
                attachment(rows, folder(rows).with(FOLDERS.IS_DELETED, true).insert())
                        .insert(),
                100);
        file(rows, attachment(rows, folder(rows).insert()).insert(), 10);
        assertCounts(database, 1, 10, 2, 110);
    }

    @Test
    void attachmentsOfCategoriesDoNotCount(IndicoDatabase database, IndicoRows rows) {
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
    void theCurrentOneOfSeveralVersionsIsInUse(IndicoDatabase database, IndicoRows rows) {
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
    void totalsMayExceed64Bits(IndicoDatabase database, IndicoRows rows) {
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
    void countsAFileForItsCurrentPlace(IndicoDatabase database, IndicoRows rows) {
        int folder = folder(rows).insert();
        int deleted =
                attachment(rows, folder).with(ATTACHMENTS.IS_DELETED, true).insert();
        int file = version(rows, deleted, 100);
        makeCurrent(rows, attachment(rows, folder).insert(), file);
        assertCounts(database, 1, 100, 1, 100);
    }

    @ParameterizedTest(name = "{0} ticks after the day began: {1}")
    @CsvSource({"0,0", "1,1"})
    void theLastDayBeginsAfterItsStart(int ticks, double expected, IndicoDatabase database, IndicoRows rows) {
        upload(rows, NOW.minus(DAY).plus(TICK.multipliedBy(ticks)), "default", 7);
        assertThat(values(database))
                .containsEntry("indico_attachment_uploads_1d", expected)
                .containsEntry("indico_attachment_uploads_1d_bytes", 7 * expected);
    }

    @ParameterizedTest(name = "{0} ticks from now: {1}")
    @CsvSource({"0,1", "1,0"})
    void theLastDayEndsNow(int ticks, double expected, IndicoDatabase database, IndicoRows rows) {
        upload(rows, NOW.plus(TICK.multipliedBy(ticks)), "default", 7);
        assertThat(values(database))
                .containsEntry("indico_attachment_uploads_1d", expected)
                .containsEntry("indico_attachment_uploads_1d_bytes", 7 * expected);
    }

    @Test
    void allVersionsAreStoredFilesOfTheirBackend(IndicoDatabase database, IndicoRows rows) {
        upload(rows, NOW, "default", 1);
        upload(rows, NOW, "default", 20);
        upload(rows, NOW, "s3", 300);
        assertCounts(database, 0, 0, 3, 321);
        assertThat(values(database))
                .containsEntry("indico_stored_files{backend=\"default\",source=\"attachment\"}", 2.0)
                .containsEntry("indico_stored_files{backend=\"s3\",source=\"attachment\"}", 1.0)
                .containsEntry("indico_stored_file_bytes{backend=\"default\",source=\"attachment\"}", 21.0)
                .containsEntry("indico_stored_file_bytes{backend=\"s3\",source=\"attachment\"}", 300.0);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SESSION_BLOCK")
    void anAttachmentCountsByItsObject(LinkType object, IndicoDatabase database, IndicoRows rows) {
        int folder = folder(rows, object).insert();
        int attachment = attachment(rows, folder).insert();
        version(rows, attachment, 1000);
        makeCurrent(rows, attachment, version(rows, attachment, 7));
        link(rows, folder).insert();
        link(rows, folder).insert();
        assertThat(values(database))
                .containsEntry(attachments("file", object), 1.0)
                .containsEntry(attachments("link", object), 2.0)
                .containsEntry(bytes(object), 7.0);
        assertInUse(database, 3, 7);
    }

    @Test
    void deletedAttachmentsDoNotCountByObject(IndicoDatabase database, IndicoRows rows) {
        int category = rows.row(CATEGORIES).with(CATEGORIES.IS_DELETED, true).insert();
        int event = rows.row(EVENTS).with(EVENTS.IS_DELETED, true).insert();
        for (LinkType object : OBJECTS) {
            int deleted = folder(rows, object).with(FOLDERS.IS_DELETED, true).insert();
            file(rows, attachment(rows, deleted).insert(), 1);
            int folder = folder(rows, object).insert();
            file(
                    rows,
                    attachment(rows, folder).with(ATTACHMENTS.IS_DELETED, true).insert(),
                    1);
        }
        int ofCategory = folder(rows, LinkType.CATEGORY)
                .with(FOLDERS.CATEGORY_ID, category)
                .insert();
        file(rows, attachment(rows, ofCategory).insert(), 1);
        int ofEvent = folder(rows, LinkType.EVENT)
                .with(FOLDERS.EVENT_ID, event)
                .with(FOLDERS.LINKED_EVENT_ID, event)
                .insert();
        file(rows, attachment(rows, ofEvent).insert(), 1);
        int moved = folder(rows, LinkType.CONTRIBUTION)
                .with(FOLDERS.EVENT_ID, event)
                .insert();
        file(rows, attachment(rows, moved).insert(), 1);
        assertInUse(database, 0, 0);
    }

    @Test
    void typesOfAFutureReleaseAreUnknown(IndicoDatabase database, IndicoRows rows) {
        int folder = folder(rows).insert();
        int attachment = attachment(rows, folder).insert();
        file(rows, attachment, 7);
        UnknownCode.set(database, ATTACHMENTS.TYPE, attachment);
        UnknownCode.set(database, FOLDERS.LINK_TYPE, folder);
        assertThat(values(database))
                .containsEntry("indico_attachments{attachment_type=\"unknown\",object_type=\"unknown\"}", 1.0)
                .containsEntry("indico_attachment_bytes{object_type=\"unknown\"}", 7.0);
        assertInUse(database, 1, 7);
        assertCounts(database, 1, 7, 1, 7);
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }

    /** What the families by object give in all. */
    private void assertInUse(IndicoDatabase database, double attachments, double bytes) {
        assertThat(total(database, "indico_attachments{")).isEqualTo(attachments);
        assertThat(total(database, "indico_attachment_bytes{")).isEqualTo(bytes);
    }

    private double total(IndicoDatabase database, String prefix) {
        return values(database).entrySet().stream()
                .filter(series -> series.getKey().startsWith(prefix))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private static String attachments(String type, LinkType object) {
        return "indico_attachments{attachment_type=\"%s\",object_type=\"%s\"}".formatted(type, name(object));
    }

    private static String bytes(LinkType object) {
        return "indico_attachment_bytes{object_type=\"%s\"}".formatted(name(object));
    }

    private static String name(LinkType object) {
        return object.name().toLowerCase(Locale.ROOT);
    }

    private static void upload(IndicoRows rows, Instant created, String backend, long size) {
        rows.row(FILES)
                .with(
                        FILES.ATTACHMENT_ID,
                        attachment(rows, folder(rows).insert())
                                .with(ATTACHMENTS.IS_DELETED, true)
                                .insert())
                .with(FILES.CREATED_DT, created)
                .with(FILES.STORAGE_BACKEND, backend)
                .with(FILES.SIZE, size)
                .insert();
    }

    private static IndicoRows.Row link(IndicoRows rows, int folder) {
        return attachment(rows, folder).with(ATTACHMENTS.TYPE, AttachmentType.LINK);
    }

    private static IndicoRows.Row folder(IndicoRows rows, LinkType object) {
        IndicoRows.Row folder = rows.row(FOLDERS).with(FOLDERS.LINK_TYPE, object);
        if (object == LinkType.CATEGORY) {
            return folder.with(FOLDERS.CATEGORY_ID, rows.row(CATEGORIES).insert());
        }
        int event = rows.row(EVENTS).insert();
        folder.with(FOLDERS.EVENT_ID, event);
        return switch (object) {
            case CONTRIBUTION -> folder.with(FOLDERS.CONTRIBUTION_ID, contribution(rows, event));
            case SUBCONTRIBUTION ->
                folder.with(
                        FOLDERS.SUBCONTRIBUTION_ID,
                        rows.row(SUBCONTRIBUTIONS)
                                .with(SUBCONTRIBUTIONS.CONTRIBUTION_ID, contribution(rows, event))
                                .insert());
            case SESSION ->
                folder.with(
                        FOLDERS.SESSION_ID,
                        rows.row(SESSIONS).with(SESSIONS.EVENT_ID, event).insert());
            default -> folder.with(FOLDERS.LINKED_EVENT_ID, event);
        };
    }

    private static int contribution(IndicoRows rows, int event) {
        return rows.row(CONTRIBUTIONS).with(CONTRIBUTIONS.EVENT_ID, event).insert();
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
        assertThat(values(database))
                .containsAllEntriesOf(Map.of(
                        "indico_num_active_attachment_files", active,
                        "indico_size_active_attachment_files", activeSize,
                        "indico_num_attachment_files", all,
                        "indico_size_attachment_files", allSize));
    }
}
