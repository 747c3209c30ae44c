package io.getindico.metrics.collectors.attachments;

import static io.getindico.metrics.api.RowCounts.countRows;
import static io.getindico.metrics.jooq.attachments.tables.Attachments.ATTACHMENTS;
import static io.getindico.metrics.jooq.attachments.tables.Files.FILES;
import static io.getindico.metrics.jooq.attachments.tables.Folders.FOLDERS;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.sum;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.Samples;
import io.getindico.metrics.collectors.liveness.DeadObjects;
import io.getindico.metrics.collectors.liveness.IdSet;
import io.getindico.metrics.jooq.enums.LinkType;
import java.math.BigDecimal;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;

/**
 * Counts the attachments in use and sums up their files, beside the files of all versions ever uploaded.
 *
 * <p>An attachment is in use when neither it nor its folder is deleted, nor what the folder belongs to, all the way up;
 * folders of categories are left out. Despite the gauge's name, links count as well, which have no file. The size is
 * that of the current version; the totals are of every version, deleted or not.
 *
 * <p>One pass each over {@code attachments.folders}, {@code attachments} and {@code files}, after one over each of
 * {@code events.events}, {@code contributions}, {@code subcontributions} and {@code sessions}, which the notes share.
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
            .build();
    private static final MetricFamily ALL_FILES = MetricFamily.gauge("indico_num_attachment_files")
            .help("Files of attachments, in all versions and deleted or not.")
            .build();
    private static final MetricFamily ACTIVE_SIZE = MetricFamily.gauge("indico_size_active_attachment_files")
            .help("Size of the current files of attachments in use, in bytes.")
            .build();
    private static final MetricFamily ALL_SIZE = MetricFamily.gauge("indico_size_attachment_files")
            .help("Size of the files of attachments, in all versions and deleted or not, in bytes.")
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
    public int maxStatements() {
        return 4;
    }

    @Override
    public void collect(CollectionContext context, Samples samples) {
        DSLContext dsl = context.dsl();
        IdSet unusedFolders = IdSet.read(
                dsl,
                "unused_folders",
                FOLDERS.ID,
                FOLDERS,
                FOLDERS.IS_DELETED
                        .isTrue()
                        .or(FOLDERS.LINK_TYPE.eq(LinkType.CATEGORY))
                        .or(DeadObjects.of(context)
                                .spare(
                                        FOLDERS.LINKED_EVENT_ID,
                                        FOLDERS.CONTRIBUTION_ID,
                                        FOLDERS.SUBCONTRIBUTION_ID,
                                        FOLDERS.SESSION_ID)
                                .not()));
        Condition inUse = ATTACHMENTS.IS_DELETED.isFalse().and(unusedFolders.lacks(ATTACHMENTS.FOLDER_ID));
        IdSet.Counted currentFiles = IdSet.readCounted(dsl, "current_files", ATTACHMENTS.FILE_ID, ATTACHMENTS, inUse);
        samples.set(ACTIVE, currentFiles.rows());

        var files = dsl.select(
                        countRows(),
                        coalesce(sum(FILES.SIZE), inline(BigDecimal.ZERO)),
                        coalesce(
                                sum(FILES.SIZE).filterWhere(currentFiles.ids().contains(FILES.ID)),
                                inline(BigDecimal.ZERO)))
                .from(FILES)
                .fetchSingle();
        samples.set(ALL_FILES, files.value1());
        samples.set(ALL_SIZE, files.value2());
        samples.set(ACTIVE_SIZE, currentFiles.isDistinct() ? files.value3() : sizeByAttachment(dsl, inUse));
    }

    /** Indico gives each attachment files of its own; where two had one in common, each would count it. */
    private static BigDecimal sizeByAttachment(DSLContext dsl, Condition inUse) {
        return dsl.select(coalesce(sum(FILES.SIZE), inline(BigDecimal.ZERO)))
                .from(ATTACHMENTS)
                .join(FILES)
                .on(FILES.ID.eq(ATTACHMENTS.FILE_ID))
                .where(inUse)
                .fetchSingle()
                .value1();
    }
}
