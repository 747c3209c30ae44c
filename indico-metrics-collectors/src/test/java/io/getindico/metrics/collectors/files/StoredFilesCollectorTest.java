package io.getindico.metrics.collectors.files;

import static io.getindico.metrics.jooq.event_editing.tables.RevisionFiles.REVISION_FILES;
import static io.getindico.metrics.jooq.event_editing.tables.Revisions.REVISIONS;
import static io.getindico.metrics.jooq.event_paper_reviewing.tables.Templates.TEMPLATES;
import static io.getindico.metrics.jooq.event_registration.tables.FormFieldData.FORM_FIELD_DATA;
import static io.getindico.metrics.jooq.event_registration.tables.RegistrationData.REGISTRATION_DATA;
import static io.getindico.metrics.jooq.events.tables.ImageFiles.IMAGE_FILES;
import static io.getindico.metrics.jooq.events.tables.StaticSites.STATIC_SITES;
import static io.getindico.metrics.jooq.indico.tables.DesignerImageFiles.DESIGNER_IMAGE_FILES;
import static io.getindico.metrics.jooq.indico.tables.Files.FILES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.util.SortedMap;
import org.jooq.Field;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StoredFilesCollectorTest extends CollectorContract {
    private static final io.getindico.metrics.jooq.event_abstracts.tables.Files ABSTRACTS =
            io.getindico.metrics.jooq.event_abstracts.tables.Files.FILES;
    private static final io.getindico.metrics.jooq.event_paper_reviewing.tables.Files PAPERS =
            io.getindico.metrics.jooq.event_paper_reviewing.tables.Files.FILES;

    @Override
    protected MetricCollector collector() {
        return new StoredFilesCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        generic(rows, "s3", 1);
        edit(rows, generic(rows, "default", 20));
        int edited = generic(rows, "s3", 300);
        edit(rows, edited);
        edit(rows, edited);
        file(rows, ABSTRACTS, ABSTRACTS.STORAGE_BACKEND, "default", ABSTRACTS.SIZE, 4L);
        file(rows, PAPERS, PAPERS.STORAGE_BACKEND, "default", PAPERS.SIZE, 5L);
        file(rows, TEMPLATES, TEMPLATES.STORAGE_BACKEND, "default", TEMPLATES.SIZE, 6L);
        answer(rows, "default", 7L);
        answer(rows, null, null);
        file(rows, IMAGE_FILES, IMAGE_FILES.STORAGE_BACKEND, "default", IMAGE_FILES.SIZE, 8L);
        file(rows, STATIC_SITES, STATIC_SITES.STORAGE_BACKEND, "default", STATIC_SITES.SIZE, 9L);
        file(rows, STATIC_SITES, STATIC_SITES.STORAGE_BACKEND, null, STATIC_SITES.SIZE, null);
        file(
                rows,
                DESIGNER_IMAGE_FILES,
                DESIGNER_IMAGE_FILES.STORAGE_BACKEND,
                "default",
                DESIGNER_IMAGE_FILES.SIZE,
                10L);
    }

    @Test
    void eachTableIsASource(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        SortedMap<String, Double> values = values(database);
        assertFiles(values, "generic", "s3", 1, 1);
        assertFiles(values, "editing", "default", 1, 20);
        assertFiles(values, "editing", "s3", 1, 300);
        assertFiles(values, "abstract", "default", 1, 4);
        assertFiles(values, "paper", "default", 1, 5);
        assertFiles(values, "paper_template", "default", 1, 6);
        assertFiles(values, "registration", "default", 1, 7);
        assertFiles(values, "layout_image", "default", 1, 8);
        assertFiles(values, "static_site", "default", 1, 9);
        assertFiles(values, "designer_image", "default", 1, 10);
        assertThat(values).hasSize(2 * 10);
    }

    @Test
    void anAnswerWithoutAFileIsNoFile(IndicoDatabase database, IndicoRows rows) {
        answer(rows, null, null);
        assertThat(values(database)).isEmpty();
    }

    @Test
    void filesAddUpByBackend(IndicoDatabase database, IndicoRows rows) {
        generic(rows, "default", Long.MAX_VALUE);
        generic(rows, "s3", 1);
        generic(rows, "default", Long.MAX_VALUE);
        assertFiles(values(database), "generic", "default", 2, 2.0 * Long.MAX_VALUE);
        assertFiles(values(database), "generic", "s3", 1, 1);
    }

    @Test
    void beyondTwentyBackendsTheRestIsOther(IndicoDatabase database, IndicoRows rows) {
        for (int i = 1; i <= 23; i++) {
            generic(rows, "backend " + i, i);
        }
        assertThat(values(database)).hasSize(2 * 21);
        assertFiles(values(database), "generic", "backend 20", 1, 20);
        assertFiles(values(database), "generic", "other", 3, 21 + 22 + 23);
    }

    @Test
    void attachmentsAreAPartOfTheSameFamilies(IndicoDatabase database, IndicoRows rows) {
        var attachments = io.getindico.metrics.jooq.attachments.tables.Files.FILES;
        insertRows(rows);
        file(rows, attachments, attachments.STORAGE_BACKEND, "default", attachments.SIZE, 11L);
        try (IndicoMetrics metrics = IndicoMetrics.builder(database.dataSource())
                .collectors(collector(), new AttachmentsCollector())
                .profile(Profile.FULL)
                .build()) {
            SortedMap<String, Double> values =
                    ExpositionText.values(ExpositionText.of(collector(), metrics.readOnce(ExpositionText.NOW)));
            assertFiles(values, "attachment", "default", 1, 11);
            assertFiles(values, "abstract", "default", 1, 4);
        }
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }

    private static void assertFiles(
            SortedMap<String, Double> values, String source, String backend, double files, double bytes) {
        String labels = "{backend=\"%s\",source=\"%s\"}".formatted(backend, source);
        assertThat(values)
                .containsEntry("indico_stored_files" + labels, files)
                .containsEntry("indico_stored_file_bytes" + labels, bytes);
    }

    private static void answer(IndicoRows rows, @Nullable String backend, @Nullable Long size) {
        rows.row(REGISTRATION_DATA)
                .with(REGISTRATION_DATA.FIELD_DATA_ID, rows.row(FORM_FIELD_DATA).insert())
                .with(REGISTRATION_DATA.STORAGE_BACKEND, backend)
                .with(REGISTRATION_DATA.SIZE, size)
                .insert();
    }

    private static int generic(IndicoRows rows, String backend, long size) {
        return file(rows, FILES, FILES.STORAGE_BACKEND, backend, FILES.SIZE, size);
    }

    private static void edit(IndicoRows rows, int file) {
        rows.row(REVISION_FILES)
                .with(REVISION_FILES.REVISION_ID, rows.row(REVISIONS).insert())
                .with(REVISION_FILES.FILE_ID, file)
                .insert();
    }

    private static int file(
            IndicoRows rows,
            Table<?> table,
            Field<String> backendColumn,
            @Nullable String backend,
            Field<Long> sizeColumn,
            @Nullable Long size) {
        return rows.row(table)
                .with(backendColumn, backend)
                .with(sizeColumn, size)
                .insert();
    }
}
