package io.getindico.metrics.collectors;

import static io.getindico.metrics.api.Value.countRows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.collectors.files.StoredFilesCollector;
import io.getindico.metrics.testing.WideCase;
import io.getindico.metrics.testing.WideData;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jooq.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The harder families of the wider catalogue, each written as an author of a collector would write it. Their values are
 * those of {@link WideData}.
 */
class WiderCatalogueTest {
    private static final List<WideIndico> DATABASES = new ArrayList<>();

    /** A collector of one test. */
    private record Subject(List<MetricFamily> families, Function<CollectionContext, List<FamilyQuery>> definition)
            implements MetricCollector {
        @Override
        public String name() {
            return "subject";
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            return definition.apply(context);
        }
    }

    @BeforeAll
    static void load() {
        WideData.RELEASES.forEach(release -> DATABASES.add(new WideIndico(release)));
    }

    @AfterAll
    static void close() {
        DATABASES.forEach(WideIndico::close);
        DATABASES.clear();
    }

    private static final Label SOURCE = Label.closed(
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
    private static final Label BACKEND = Label.open("backend");
    private static final MetricFamily STORED =
            gauge("indico_stored_files").labels(SOURCE, BACKEND).build();

    /** If one of the queries needs a newer Indico, only its part is absent. */
    @Test
    void storedFilesOfAnOlderIndicoLackOnlyThePartThatItDoesNotHave() {
        var papers = io.getindico.metrics.jooq.event_paper_reviewing.tables.Files.FILES;
        StoredFilesCollector collector = new StoredFilesCollector();
        MetricFamily files = collector.families().get(0);
        Subject subject = new Subject(
                collector.families(),
                context -> collector.queries(context).stream()
                        .map(query -> query.constants(files).containsValue("paper")
                                ? query.where(papers.FILE_TYPE_ID.isNull()).since("3.3.10")
                                : query)
                        .toList());
        WideIndico older = DATABASES.get(0);
        for (WideCase wide : older.cases()) {
            Reading reading = older.read(wide, subject);
            CollectorStatus status = reading.status().collectors().get(0);
            assertThat(status.outcome()).isEqualTo(Outcome.PARTIAL);
            assertThat(status.skipReasons()).containsExactly(SkipReason.RELEASE);
            for (MetricFamily family : subject.families()) {
                Map<Labels, Double> expected = new HashMap<>(wide.values(family.name()));
                expected.keySet()
                        .removeIf(labels -> Set.of("paper", "attachment").contains(labels.get("source")));
                assertThat(WideCase.read(family, reading).keySet())
                        .extracting(labels -> labels.get("source"))
                        .contains("abstract", "generic", "paper_template")
                        .doesNotContain("paper");
                assertThat(present(family, reading)).isEqualTo(expected);
            }
        }
    }

    /** The same tables as one, where none of them may be missing. */
    @Test
    void storedFilesByAUnion() {
        var abstracts = io.getindico.metrics.jooq.event_abstracts.tables.Files.FILES;
        var papers = io.getindico.metrics.jooq.event_paper_reviewing.tables.Files.FILES;
        Table<?> files = select(
                        inline("abstract").as("source"), abstracts.STORAGE_BACKEND, abstracts.ID, abstracts.SIZE)
                .from(abstracts)
                .unionAll(select(inline("paper"), papers.STORAGE_BACKEND, papers.ID, papers.SIZE)
                        .from(papers))
                .asTable("stored");
        Subject subject = new Subject(
                List.of(STORED),
                context -> List.of(FamilyQuery.from(files)
                        .by(SOURCE, files.field("source"))
                        .by(BACKEND, files.field(abstracts.STORAGE_BACKEND), files.field(abstracts.ID))
                        .value(STORED, countRows())));
        assertInEachCase(subject, (wide, reading) -> {
            Map<Labels, Double> expected = new HashMap<>(wide.values(STORED.name()));
            expected.keySet().removeIf(labels -> !Set.of("abstract", "paper").contains(labels.get("source")));
            assertThat(present(STORED, reading)).hasSize(4).isEqualTo(expected);
        });
    }

    private static MetricFamily.Builder gauge(String name) {
        return MetricFamily.gauge(name).help("A test metric.");
    }

    private static void assertInEachCase(Subject subject, BiConsumer<WideCase, Reading> assertion) {
        for (WideIndico indico : DATABASES) {
            indico.cases().forEach(wide -> assertion.accept(wide, indico.read(wide, subject)));
        }
    }

    /** Leaves out the zeros that closed labels fill in. */
    private static Map<Labels, Double> present(MetricFamily family, Reading reading) {
        Map<Labels, Double> present = new HashMap<>(WideCase.read(family, reading));
        present.values().removeIf(value -> value == 0);
        return present;
    }
}
