package io.getindico.metrics.collectors.files;

import static io.getindico.metrics.jooq.event_abstracts.tables.Abstracts.ABSTRACTS;
import static io.getindico.metrics.jooq.event_editing.tables.RevisionFiles.REVISION_FILES;
import static io.getindico.metrics.jooq.event_paper_reviewing.tables.Revisions.REVISIONS;
import static io.getindico.metrics.jooq.event_paper_reviewing.tables.Templates.TEMPLATES;
import static io.getindico.metrics.jooq.event_registration.tables.RegistrationData.REGISTRATION_DATA;
import static io.getindico.metrics.jooq.event_registration.tables.Registrations.REGISTRATIONS;
import static io.getindico.metrics.jooq.events.tables.ImageFiles.IMAGE_FILES;
import static io.getindico.metrics.jooq.events.tables.StaticSites.STATIC_SITES;
import static io.getindico.metrics.jooq.indico.tables.DesignerImageFiles.DESIGNER_IMAGE_FILES;
import static io.getindico.metrics.jooq.indico.tables.Files.FILES;
import static org.jooq.impl.DSL.noCondition;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import java.util.List;
import org.jooq.Table;

/**
 * Counts the stored files and sums their sizes, by source and storage backend. Every file that has a row counts, in all
 * versions, even if its object is deleted. {@link AttachmentsCollector} adds the source {@code attachment}.
 *
 * <p>The source {@code generic} has receipts, exports of personal data, books of abstracts and uploads that nothing
 * claimed yet. A file of a revision of an editable is {@code editing}, and counts once even if several revisions have
 * it. Attachments of logged emails are not included, because no column records them.
 *
 * <p>Makes one pass over each of {@code event_editing.revision_files}, {@code event_abstracts.files}, {@code
 * event_paper_reviewing.files} and {@code templates}, {@code event_registration.registration_data}, {@code
 * events.image_files} and {@code static_sites}, {@code indico.designer_image_files}, and two over {@code indico.files}.
 *
 * <pre>
 * # TYPE indico_stored_files gauge
 * indico_stored_files{backend="default",source="abstract"} 31.0
 * indico_stored_files{backend="s3",source="abstract"} 28.0
 * # TYPE indico_stored_file_bytes gauge
 * indico_stored_file_bytes{backend="default",source="abstract"} 7.0186871E7
 * indico_stored_file_bytes{backend="s3",source="abstract"} 6.4927208E7
 * </pre>
 *
 * @since 0.1.0
 */
public final class StoredFilesCollector implements MetricCollector {
    @Override
    public String name() {
        return "stored_files";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(StoredFiles.FILES, StoredFiles.BYTES);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(
                editing(),
                generic(),
                abstracts(abstractFiles()),
                papers(paperFiles()),
                paperTemplates(),
                registrations(REGISTRATION_DATA),
                layoutImages(),
                staticSites(),
                designerImages());
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        var abstracts = abstractFiles();
        var papers = paperFiles();
        Table<?> datedAbstracts = abstracts.leftJoin(ABSTRACTS).on(ABSTRACTS.ID.eq(abstracts.ABSTRACT_ID));
        Table<?> datedPapers = papers.leftJoin(REVISIONS).on(REVISIONS.ID.eq(papers.REVISION_ID));
        Table<?> datedRegistrations =
                REGISTRATION_DATA.leftJoin(REGISTRATIONS).on(REGISTRATIONS.ID.eq(REGISTRATION_DATA.REGISTRATION_ID));
        return List.of(
                FamilyHistory.nearExact(editing(), StoredFiles.WHY).from(FILES.CREATED_DT),
                FamilyHistory.nearExact(generic(), StoredFiles.WHY).from(FILES.CREATED_DT),
                FamilyHistory.nearExact(layoutImages(), StoredFiles.WHY).from(IMAGE_FILES.CREATED_DT),
                FamilyHistory.approximate(staticSites(), "A site counts from the moment when it was asked for.")
                        .from(STATIC_SITES.REQUESTED_DT),
                FamilyHistory.approximate(
                                abstracts(datedAbstracts), "A file counts from the submission of its abstract on.")
                        .from(ABSTRACTS.SUBMITTED_DT),
                FamilyHistory.approximate(papers(datedPapers), "A file counts from the submission of its revision on.")
                        .from(REVISIONS.SUBMITTED_DT),
                FamilyHistory.approximate(
                                registrations(datedRegistrations),
                                "A file counts from the submission of its registration on.")
                        .from(REGISTRATIONS.SUBMITTED_DT)
                        .inPartsOf(REGISTRATIONS.ID, REGISTRATION_DATA.REGISTRATION_ID),
                FamilyHistory.approximate(
                                paperTemplates(),
                                "Indico keeps no date of a template, so only the last value is known.")
                        .undated(),
                FamilyHistory.nearExact(designerImages(), StoredFiles.WHY).from(DESIGNER_IMAGE_FILES.CREATED_DT));
    }

    private static FamilyQuery editing() {
        return ofFiles("editing").where(editingFiles().contains(FILES.ID));
    }

    private static FamilyQuery generic() {
        return ofFiles("generic").where(editingFiles().doesNotContain(FILES.ID));
    }

    private static IdSet editingFiles() {
        return IdSet.of("editing_files", REVISION_FILES.FILE_ID, REVISION_FILES, noCondition());
    }

    private static FamilyQuery ofFiles(String source) {
        return StoredFiles.from(source, FILES, FILES.STORAGE_BACKEND, FILES.ID, FILES.SIZE);
    }

    private static io.getindico.metrics.jooq.event_abstracts.tables.Files abstractFiles() {
        return io.getindico.metrics.jooq.event_abstracts.tables.Files.FILES;
    }

    private static FamilyQuery abstracts(Table<?> table) {
        var files = abstractFiles();
        return StoredFiles.from("abstract", table, files.STORAGE_BACKEND, files.ID, files.SIZE);
    }

    private static io.getindico.metrics.jooq.event_paper_reviewing.tables.Files paperFiles() {
        return io.getindico.metrics.jooq.event_paper_reviewing.tables.Files.FILES;
    }

    private static FamilyQuery papers(Table<?> table) {
        var files = paperFiles();
        return StoredFiles.from("paper", table, files.STORAGE_BACKEND, files.ID, files.SIZE);
    }

    private static FamilyQuery paperTemplates() {
        return StoredFiles.from("paper_template", TEMPLATES, TEMPLATES.STORAGE_BACKEND, TEMPLATES.ID, TEMPLATES.SIZE);
    }

    /** A row without a backend is an answer without a file. */
    private static FamilyQuery registrations(Table<?> table) {
        return StoredFiles.from(
                        "registration",
                        table,
                        REGISTRATION_DATA.STORAGE_BACKEND,
                        REGISTRATION_DATA.REGISTRATION_ID,
                        REGISTRATION_DATA.SIZE)
                .where(REGISTRATION_DATA.STORAGE_BACKEND.isNotNull());
    }

    private static FamilyQuery layoutImages() {
        return StoredFiles.from(
                "layout_image", IMAGE_FILES, IMAGE_FILES.STORAGE_BACKEND, IMAGE_FILES.ID, IMAGE_FILES.SIZE);
    }

    /** A row without a backend is a site that was not built. */
    private static FamilyQuery staticSites() {
        return StoredFiles.from(
                        "static_site", STATIC_SITES, STATIC_SITES.STORAGE_BACKEND, STATIC_SITES.ID, STATIC_SITES.SIZE)
                .where(STATIC_SITES.STORAGE_BACKEND.isNotNull());
    }

    private static FamilyQuery designerImages() {
        return StoredFiles.from(
                "designer_image",
                DESIGNER_IMAGE_FILES,
                DESIGNER_IMAGE_FILES.STORAGE_BACKEND,
                DESIGNER_IMAGE_FILES.ID,
                DESIGNER_IMAGE_FILES.SIZE);
    }
}
