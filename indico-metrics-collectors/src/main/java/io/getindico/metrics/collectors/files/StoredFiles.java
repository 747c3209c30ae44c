package io.getindico.metrics.collectors.files;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.sum;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import org.jooq.Field;
import org.jooq.Table;

/**
 * The families about all stored files. Two collectors feed them, so that each table is read once: {@link
 * AttachmentsCollector} the part of attachments, {@link StoredFilesCollector} all others.
 */
final class StoredFiles {
    static final Label SOURCE = Label.closed(
            "source",
            "attachment",
            "editing",
            "generic",
            "abstract",
            "paper",
            "paper_template",
            "registration",
            "layout_image",
            "static_site",
            "designer_image");
    static final Label BACKEND = Label.open("backend", 20);

    static final MetricFamily FILES = MetricFamily.gauge("indico_stored_files")
            .help("Stored files by source and storage backend, in all versions and including those of deleted objects.")
            .labels(SOURCE, BACKEND)
            .profile(Profile.FULL)
            .purpose("Administrators who move files from one storage backend to another see how many are left.")
            .build();
    static final MetricFamily BYTES = MetricFamily.gauge("indico_stored_file_bytes")
            .help(
                    "Size of the stored files by source and storage backend, in all versions and including those of deleted"
                            + " objects, in bytes.")
            .unit("bytes")
            .labels(SOURCE, BACKEND)
            .profile(Profile.FULL)
            .purpose("Managers who pay for the storage see what takes it up, and plan its growth.")
            .build();

    /** What the past of both families does not know. */
    static final String WHY = "Files that were deleted for good are missing, and a file has its present backend.";

    private StoredFiles() {}

    /**
     * Feeds both families from one table.
     *
     * @param id orders the backends
     */
    static FamilyQuery from(String source, Table<?> table, Field<String> backend, Field<Integer> id, Field<Long> size) {
        return FamilyQuery.from(table)
                .constant(SOURCE, source)
                .by(BACKEND, backend, id)
                .value(FILES, countRows())
                .value(BYTES, sum(size));
    }
}
