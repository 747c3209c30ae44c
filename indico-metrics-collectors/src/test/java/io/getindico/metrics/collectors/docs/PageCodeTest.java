package io.getindico.metrics.collectors.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.IndicoDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of the example of a collector are compared with the page by a test of the exporter. */
class PageCodeTest {
    private static final GoldenData DATA = GoldenData.of(IndicoRelease.V3_3_12);
    private static final Path README = Path.of("../README.md");
    private static final Path PAGE = Path.of("../docs/writing-a-collector.md");

    private static IndicoDatabase database;

    @BeforeAll
    static void load() {
        database = IndicoDatabase.create(DATA.release());
        DATA.loadInto(database);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    static List<String> queriesOfThePage() throws IOException {
        return blocks(PAGE, "<!-- query -->\n").toList();
    }

    @ParameterizedTest
    @MethodSource("queriesOfThePage")
    void theQueriesForAuthorsGiveEachFamily(String block) throws IOException {
        MetricCollector collector = PageSource.ofQueries(block);
        String text = read(collector, UnaryOperator.identity());
        assertThat(collector.families())
                .isNotEmpty()
                .map(MetricFamily::name)
                .allSatisfy(name -> assertThat(text).contains("\n" + name));
    }

    @Test
    void thereAreSome() throws IOException {
        assertThat(queriesOfThePage()).hasSizeGreaterThan(5);
    }

    @Test
    void theCollectorOfTheReadmeWorks() throws IOException {
        String block = blocks(README, "## Write a collector\n").findFirst().orElseThrow();
        int rows = database.dsl()
                .fetchCount(io.getindico.metrics.jooq.events.tables.PaymentTransactions.PAYMENT_TRANSACTIONS);
        assertThat(rows).isPositive();
        assertThat(read(PageSource.ofClass(block), UnaryOperator.identity()))
                .contains("\nindico_payments " + (double) rows + "\n");
    }

    @Test
    void theCollectorWithoutQueriesExportsTheTimeOfAFile(@TempDir Path folder) throws IOException {
        String block = blocks(PAGE, "<!-- class -->\n").findFirst().orElseThrow();
        Path file = Files.createFile(folder.resolve("dump"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_700_000_000)));
        String text = read(PageSource.ofClass(block), builder -> builder.setting("backup", "file", file.toString()));
        assertThat(text).contains("\nindico_backup_timestamp_seconds 1.7E9\n");
    }

    private static Stream<String> blocks(Path page, String before) throws IOException {
        return Pattern.compile(Pattern.quote(before) + "```java\n(.*?)```\n", Pattern.DOTALL)
                .matcher(Files.readString(page))
                .results()
                .map(match -> match.group(1));
    }

    private static String read(MetricCollector collector, UnaryOperator<IndicoMetricsBuilder> settings) {
        IndicoMetricsBuilder builder =
                IndicoMetrics.builder(database.dataSource()).collectors(collector);
        try (IndicoMetrics metrics = settings.apply(builder).build()) {
            Reading reading = metrics.readOnce(DATA.cases().get(0).now());
            assertThat(reading.status().collectors().get(0).queries())
                    .isNotEmpty()
                    .allSatisfy(query -> assertThat(query.outcome())
                            .as("%s: %s", query.families(), query.detail())
                            .isEqualTo(Outcome.SUCCESS));
            return ExpositionText.of(reading.metrics());
        }
    }
}
