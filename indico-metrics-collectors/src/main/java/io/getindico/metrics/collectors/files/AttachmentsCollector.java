package io.getindico.metrics.collectors.files;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.lead;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyHistory.Exactness;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.internal.events.Windows;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import io.getindico.metrics.jooq.enums.LinkType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Counts the attachments in use and sums the sizes of their files. Does the same for the files of all versions ever
 * uploaded.
 *
 * <p>An attachment is in use if it, its folder, the object that the folder belongs to, and all parents of that object
 * are not deleted. Links, which have no file, count as well. The size in use is that of the current versions; the totals
 * include every version, deleted or not. The attachments of categories count only in the families by type of object:
 * without them, these add up to the gauges of Indico's plugin, which promise files in their names but count links too.
 *
 * <p>Makes one pass over each of {@code attachments.folders}, {@code attachments} and {@code files}, after one over
 * each of {@code events.events}, {@code contributions}, {@code subcontributions} and {@code sessions}, whose results it
 * shares with the notes collector. The pass over {@code files} also gives the attachments' part of the families of
 * {@link StoredFilesCollector}. The families by type of object join these tables, once for the counts and once for the bytes, after a
 * pass over {@code categories.categories}; the tables are too large to join in memory, so PostgreSQL writes temporary
 * files.
 *
 * <pre>
 * # TYPE indico_num_active_attachment_files gauge
 * indico_num_active_attachment_files 653.0
 * # TYPE indico_num_attachment_files gauge
 * indico_num_attachment_files 1267.0
 * # TYPE indico_size_active_attachment_files gauge
 * indico_size_active_attachment_files 8.274465729E9
 * # TYPE indico_size_attachment_files gauge
 * indico_size_attachment_files 1.0727281274E10
 * # TYPE indico_attachment_uploads_1d gauge
 * indico_attachment_uploads_1d 2.0
 * # TYPE indico_attachment_uploads_1d_bytes gauge
 * indico_attachment_uploads_1d_bytes 5.372012192E9
 * # TYPE indico_stored_files gauge
 * indico_stored_files{backend="default",source="attachment"} 987.0
 * indico_stored_files{backend="s3",source="attachment"} 280.0
 * # TYPE indico_stored_file_bytes gauge
 * indico_stored_file_bytes{backend="default",source="attachment"} 9.234853476E9
 * indico_stored_file_bytes{backend="s3",source="attachment"} 1.492427798E9
 * # TYPE indico_attachments gauge
 * indico_attachments{attachment_type="file",object_type="event"} 193.0
 * indico_attachments{attachment_type="link",object_type="event"} 28.0
 * # TYPE indico_attachment_bytes gauge
 * indico_attachment_bytes{object_type="event"} 9.67014021E8
 * </pre>
 *
 * @since 0.1.0
 */
public final class AttachmentsCollector implements MetricCollector {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Label TYPE = Label.closed("attachment_type", "file", "link");
    private static final Label OBJECT =
            Label.closed("object_type", "category", "event", "contribution", "subcontribution", "session");
    private static final MetricFamily ACTIVE = MetricFamily.gauge("indico_num_active_attachment_files")
            .help("Attachments in use, links included.")
            .profile(Profile.COMPATIBLE)
            .purpose("Dashboards made for Indico's own plugin show it.")
            .build();
    private static final MetricFamily ALL_FILES = MetricFamily.gauge("indico_num_attachment_files")
            .help("Files of attachments, in all versions and deleted or not.")
            .profile(Profile.COMPATIBLE)
            .purpose("Operators see how the storage fills up: delta(indico_num_attachment_files[1d]).")
            .build();
    private static final MetricFamily ACTIVE_SIZE = MetricFamily.gauge("indico_size_active_attachment_files")
            .help("Size of the current files of attachments in use, in bytes.")
            .profile(Profile.COMPATIBLE)
            .purpose("Operators see how much of the storage is in use.")
            .build();
    private static final MetricFamily ALL_SIZE = MetricFamily.gauge("indico_size_attachment_files")
            .help("Size of the files of attachments, in all versions and deleted or not, in bytes.")
            .profile(Profile.COMPATIBLE)
            .purpose("Operators plan the growth of the storage.")
            .build();
    private static final MetricFamily UPLOADS = MetricFamily.gauge("indico_attachment_uploads_1d")
            .help("Files of attachments uploaded in the last day, new versions included.")
            .timeDependent()
            .purpose("Operators see from the first day on how much is uploaded, before Prometheus has a history.")
            .build();
    private static final MetricFamily UPLOAD_BYTES = MetricFamily.gauge("indico_attachment_uploads_1d_bytes")
            .help("Size of the files of attachments uploaded in the last day, new versions included, in bytes.")
            .unit("bytes")
            .timeDependent()
            .purpose("Operators plan the growth of the storage from the first day on.")
            .build();
    private static final MetricFamily ATTACHMENTS_IN_USE = MetricFamily.gauge("indico_attachments")
            .help(
                    "Attachments in use by their type and the type of object they belong to; those of all types but category"
                            + " add up to indico_num_active_attachment_files.")
            .labels(TYPE, OBJECT)
            .profile(Profile.FULL)
            .purpose("Managers see what attachments are used for, and how many are files and how many are links.")
            .build();
    private static final MetricFamily BYTES_IN_USE = MetricFamily.gauge("indico_attachment_bytes")
            .help(
                    "Size of the current files of attachments in use by the type of object they belong to, in bytes; those of"
                            + " all types but category add up to indico_size_active_attachment_files.")
            .unit("bytes")
            .labels(OBJECT)
            .profile(Profile.FULL)
            .purpose("Managers see what takes up the storage.")
            .build();

    @Override
    public String name() {
        return "attachments";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(
                ACTIVE,
                ALL_FILES,
                ACTIVE_SIZE,
                ALL_SIZE,
                UPLOADS,
                UPLOAD_BYTES,
                StoredFiles.FILES,
                StoredFiles.BYTES,
                ATTACHMENTS_IN_USE,
                BYTES_IN_USE);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        DeadObjects dead = new DeadObjects();
        Condition isLinkAlive = dead.isAlive(
                FOLDERS.LINKED_EVENT_ID, FOLDERS.CONTRIBUTION_ID, FOLDERS.SUBCONTRIBUTION_ID, FOLDERS.SESSION_ID);
        IdSet unusedFolders = IdSet.of(
                "unused_folders",
                FOLDERS.ID,
                FOLDERS,
                FOLDERS.IS_DELETED
                        .isTrue()
                        .or(FOLDERS.LINK_TYPE.eq(LinkType.CATEGORY))
                        .or(isLinkAlive.not()));
        Condition inUse = ATTACHMENTS.IS_DELETED.isFalse().and(unusedFolders.doesNotContain(ATTACHMENTS.FOLDER_ID));
        IdSet currentFiles = IdSet.counted("current_files", ATTACHMENTS.FILE_ID, ATTACHMENTS, inUse);
        var inFolders = ATTACHMENTS.join(FOLDERS).on(FOLDERS.ID.eq(ATTACHMENTS.FOLDER_ID));
        Condition[] isOfLivingObject = {
            ATTACHMENTS.IS_DELETED.isFalse(),
            FOLDERS.IS_DELETED.isFalse(),
            isLinkAlive,
            // Indico keeps event_id equal to the event of the linked object.
            dead.isEventAlive(FOLDERS.EVENT_ID),
            dead.isCategoryAlive(FOLDERS.CATEGORY_ID)
        };
        Condition isRecent = Windows.last(FILES.CREATED_DT, context.now(), DAY);
        return List.of(
                FamilyQuery.withoutFrom().value(ACTIVE, scalar(currentFiles.rows())),
                StoredFiles.from("attachment", FILES, FILES.STORAGE_BACKEND, FILES.ID, FILES.SIZE)
                        .value(ALL_FILES, countRows())
                        .value(ALL_SIZE, sum(FILES.SIZE))
                        .value(UPLOADS, countRows().where(isRecent))
                        .value(UPLOAD_BYTES, sum(FILES.SIZE).where(isRecent))
                        .value(
                                ACTIVE_SIZE,
                                sum(FILES.SIZE).where(currentFiles.isDistinct().and(currentFiles.contains(FILES.ID)))),
                // Indico never shares files, and then PostgreSQL does not run this. If two attachments share one, each
                // counts it.
                FamilyQuery.from(ATTACHMENTS.join(FILES).on(FILES.ID.eq(ATTACHMENTS.FILE_ID)))
                        .where(currentFiles.isDistinct().not(), inUse)
                        .value(ACTIVE_SIZE, sum(FILES.SIZE)),
                FamilyQuery.from(inFolders)
                        .where(isOfLivingObject)
                        .by(TYPE, ATTACHMENTS.TYPE)
                        .by(OBJECT, FOLDERS.LINK_TYPE)
                        .value(ATTACHMENTS_IN_USE, countRows()),
                // A query of its own, because an outer join would hash links by a file that is NULL, and PostgreSQL
                // would split that hash table until the memory is gone.
                FamilyQuery.from(inFolders.join(FILES).on(FILES.ID.eq(ATTACHMENTS.FILE_ID)))
                        .where(isOfLivingObject)
                        .by(OBJECT, FOLDERS.LINK_TYPE)
                        .value(BYTES_IN_USE, sum(FILES.SIZE)));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        DeadObjects dead = new DeadObjects();
        Condition isOfLivingFolder = FOLDERS.IS_DELETED
                .isFalse()
                .and(dead.isAlive(
                        FOLDERS.LINKED_EVENT_ID,
                        FOLDERS.CONTRIBUTION_ID,
                        FOLDERS.SUBCONTRIBUTION_ID,
                        FOLDERS.SESSION_ID));
        Condition counts = FOLDERS.LINK_TYPE.ne(LinkType.CATEGORY);
        Condition isOfLivingParents =
                dead.isEventAlive(FOLDERS.EVENT_ID).and(dead.isCategoryAlive(FOLDERS.CATEGORY_ID));
        DataType<Instant> type = FILES.CREATED_DT.getDataType();
        // A link has no version.
        Table<?> versions = select(
                        ATTACHMENTS.ID,
                        ATTACHMENTS.FOLDER_ID,
                        ATTACHMENTS.TYPE,
                        ATTACHMENTS.IS_DELETED,
                        ATTACHMENTS.MODIFIED_DT,
                        FILES.SIZE,
                        FILES.CREATED_DT,
                        field(FILES.ID.ne(ATTACHMENTS.FILE_ID)).as("is_old"),
                        lead(FILES.CREATED_DT)
                                .over()
                                .partitionBy(ATTACHMENTS.ID)
                                .orderBy(FILES.CREATED_DT, FILES.ID)
                                .as("replaced_at"))
                .from(ATTACHMENTS
                        .leftJoin(FILES)
                        .on(FILES.ATTACHMENT_ID.eq(ATTACHMENTS.ID), ATTACHMENTS.FILE_ID.isNotNull()))
                .asTable("versions");
        Field<Boolean> isOld = field(DSL.name("versions", "is_old"), SQLDataType.BOOLEAN);
        Field<Instant> replacedAt = field(DSL.name("versions", "replaced_at"), type);
        return List.of(
                FamilyHistory.exact(
                                StoredFiles.from("attachment", FILES, FILES.STORAGE_BACKEND, FILES.ID, FILES.SIZE)
                                        .value(ALL_FILES, countRows())
                                        .value(ALL_SIZE, sum(FILES.SIZE))
                                        .value(UPLOADS, countRows())
                                        .value(UPLOAD_BYTES, sum(FILES.SIZE)),
                                "Indico never deletes the row of an attachment's file.")
                        .except(StoredFiles.FILES, Exactness.NEAR_EXACT, StoredFiles.WHY)
                        .except(StoredFiles.BYTES, Exactness.NEAR_EXACT, StoredFiles.WHY)
                        .from(FILES.CREATED_DT)
                        .lasting(UPLOADS, DAY)
                        .lasting(UPLOAD_BYTES, DAY)
                        .inPartsOf(FILES.ID),
                FamilyHistory.approximate(
                                FamilyQuery.from(versions.join(FOLDERS)
                                                .on(FOLDERS.ID.eq(versions.field(ATTACHMENTS.FOLDER_ID))))
                                        .where(
                                                isOfLivingFolder,
                                                isOld.isDistinctFrom(true).or(replacedAt.isNotNull()))
                                        .by(TYPE, versions.field(ATTACHMENTS.TYPE))
                                        .by(OBJECT, FOLDERS.LINK_TYPE)
                                        .value(ACTIVE, countRows().where(counts))
                                        .value(
                                                ACTIVE_SIZE,
                                                sum(versions.field(FILES.SIZE)).where(counts))
                                        .value(ATTACHMENTS_IN_USE, countRows().where(isOfLivingParents))
                                        .value(
                                                BYTES_IN_USE,
                                                sum(versions.field(FILES.SIZE)).where(isOfLivingParents)),
                                "Attachments of deleted folders, events, categories, contributions and sessions are missing; a link"
                                        + " counts from its last change on.")
                        .from(coalesce(versions.field(FILES.CREATED_DT), versions.field(ATTACHMENTS.MODIFIED_DT)))
                        .until(least(
                                when(isOld.isTrue(), replacedAt),
                                when(
                                        versions.field(ATTACHMENTS.IS_DELETED).isTrue(),
                                        versions.field(ATTACHMENTS.MODIFIED_DT))))
                        .inPartsOf(ATTACHMENTS.ID, versions.field(ATTACHMENTS.ID)));
    }
}
