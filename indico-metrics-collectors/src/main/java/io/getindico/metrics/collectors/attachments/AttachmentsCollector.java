package io.getindico.metrics.collectors.attachments;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import io.getindico.metrics.jooq.enums.LinkType;
import java.math.BigDecimal;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;

/**
 * Counts the attachments in use and sums the sizes of their files. Does the same for the files of all versions ever
 * uploaded.
 *
 * <p>An attachment is in use if it, its folder, the object that the folder belongs to, and all parents of that object
 * are not deleted. Folders of categories do not count. Links, which have no file, count as well, despite the name of
 * the metric. The size in use is that of the current versions; the totals include every version, deleted or not.
 *
 * <p>Makes one pass over each of {@code attachments.folders}, {@code attachments} and {@code files}, after one over
 * each of {@code events.events}, {@code contributions}, {@code subcontributions} and {@code sessions}, whose results it
 * shares with the notes collector.
 *
 * <pre>
 * # TYPE indico_num_active_attachment_files gauge
 * indico_num_active_attachment_files 542.0
 * # TYPE indico_num_attachment_files gauge
 * indico_num_attachment_files 1237.0
 * # TYPE indico_size_active_attachment_files gauge
 * indico_size_active_attachment_files 2.433334966E9
 * # TYPE indico_size_attachment_files gauge
 * indico_size_attachment_files 1.0490669034E10
 * </pre>
 *
 * @since 0.1.0
 */
public final class AttachmentsCollector implements MetricCollector {
    private static final MetricFamily ACTIVE = MetricFamily.gauge("indico_num_active_attachment_files")
            .help("Attachments in use, links included.")
            .profile(Profile.COMPATIBLE)
            .build();
    private static final MetricFamily ALL_FILES = MetricFamily.gauge("indico_num_attachment_files")
            .help("Files of attachments, in all versions and deleted or not.")
            .profile(Profile.COMPATIBLE)
            .build();
    private static final MetricFamily ACTIVE_SIZE = MetricFamily.gauge("indico_size_active_attachment_files")
            .help("Size of the current files of attachments in use, in bytes.")
            .profile(Profile.COMPATIBLE)
            .build();
    private static final MetricFamily ALL_SIZE = MetricFamily.gauge("indico_size_attachment_files")
            .help("Size of the files of attachments, in all versions and deleted or not, in bytes.")
            .profile(Profile.COMPATIBLE)
            .build();

    @Override
    public String name() {
        return "attachments";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(ACTIVE, ALL_FILES, ACTIVE_SIZE, ALL_SIZE);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        IdSet unusedFolders = IdSet.of(
                "unused_folders",
                FOLDERS.ID,
                FOLDERS,
                FOLDERS.IS_DELETED
                        .isTrue()
                        .or(FOLDERS.LINK_TYPE.eq(LinkType.CATEGORY))
                        .or(new DeadObjects()
                                .isAlive(
                                        FOLDERS.LINKED_EVENT_ID,
                                        FOLDERS.CONTRIBUTION_ID,
                                        FOLDERS.SUBCONTRIBUTION_ID,
                                        FOLDERS.SESSION_ID)
                                .not()));
        Condition inUse = ATTACHMENTS.IS_DELETED.isFalse().and(unusedFolders.doesNotContain(ATTACHMENTS.FOLDER_ID));
        IdSet currentFiles = IdSet.counted("current_files", ATTACHMENTS.FILE_ID, ATTACHMENTS, inUse);
        Field<BigDecimal> currentSize = sum(FILES.SIZE).filterWhere(currentFiles.contains(FILES.ID));
        return List.of(
                FamilyQuery.withoutFrom().value(ACTIVE, scalar(currentFiles.rows())),
                FamilyQuery.from(FILES)
                        .value(ALL_FILES, countRows())
                        .value(ALL_SIZE, Value.sum(FILES.SIZE))
                        .value(
                                ACTIVE_SIZE,
                                scalar(coalesce(
                                        when(currentFiles.isDistinct(), currentSize)
                                                .otherwise(sizeByAttachment(inUse)),
                                        inline(BigDecimal.ZERO)))));
    }

    /** Sums the sizes by attachment. Indico never shares files, but if two attachments share one, each counts it. */
    private static Field<BigDecimal> sizeByAttachment(Condition inUse) {
        return field(select(sum(FILES.SIZE))
                .from(ATTACHMENTS)
                .join(FILES)
                .on(FILES.ID.eq(ATTACHMENTS.FILE_ID))
                .where(inUse));
    }
}
