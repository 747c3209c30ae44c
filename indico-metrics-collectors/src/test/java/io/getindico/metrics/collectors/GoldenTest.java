package io.getindico.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.GoldenFile;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.WideData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The values that Indico's own plugin computed, and the text that a scrape gets of each collector. */
class GoldenTest {
    private static final Path EXPOSITIONS = Path.of("src/test/resources/io/getindico/metrics/collectors/expositions");

    /** A note's event_id names a deleted event, but the note belongs to a contribution of a live one: Indico never does it. */
    private static final Map<String, List<String>> DISAGREEMENTS =
            Map.of("wide indico-3.2.9", List.of("num_notes = notes: []: 49.0, 48.0"));

    private static final List<CaseReading> READINGS = new ArrayList<>();

    /** What all collectors gave in one case. */
    record CaseReading(String heading, GoldenCase golden, Gauges gauges) {}

    static Stream<Named<CaseReading>> readings() {
        return READINGS.stream().map(reading -> Named.of(reading.heading(), reading));
    }

    /** All collectors except the one about the server, whose values differ from one machine to the next. */
    static Stream<Named<MetricCollector>> collectors() {
        return Gauges.collectors().stream()
                .filter(collector -> !collector.name().equals("database"))
                .map(collector -> Named.of(collector.name(), collector));
    }

    @BeforeAll
    static void read() {
        GoldenData.releases().forEach(release -> read("", GoldenData.of(release)));
        WideData.RELEASES.forEach(release -> read("wide ", WideData.of(release)));
    }

    private static void read(String kind, GoldenData data) {
        try (IndicoDatabase database = IndicoDatabase.create(data.release())) {
            data.loadInto(database);
            int number = 0;
            for (GoldenCase golden : data.cases()) {
                number++;
                READINGS.add(new CaseReading(
                        String.format(
                                Locale.ROOT,
                                "%sindico-%s case %02d",
                                kind,
                                data.release().version(),
                                number),
                        golden,
                        Gauges.read(database.dataSource(), golden, UnaryOperator.identity())));
            }
        }
    }

    @AfterAll
    static void forget() {
        READINGS.clear();
    }

    @ParameterizedTest
    @MethodSource("readings")
    void everyGaugeEqualsThePluginsExactly(CaseReading reading) {
        assertThat(reading.gauges().failures()).isEmpty();
        assertThat(reading.gauges().values())
                .hasSize(22)
                .isEqualTo(reading.golden().values());
    }

    @ParameterizedTest
    @MethodSource("readings")
    void familiesOfTheSameRowsAgree(CaseReading reading) {
        assertThat(Agreements.violations(
                        reading.gauges().reading(), reading.golden().now()))
                .isEqualTo(DISAGREEMENTS.getOrDefault(reading.heading().replaceFirst(" case.*", ""), List.of()));
    }

    /** Without this, two empty results could be compared. No golden editable is published. */
    @Test
    void eachAgreementComparesSomethingAndADisagreementIsFound() {
        assertThat(Agreements.ALL.stream()
                        .filter(agreement -> READINGS.stream()
                                .noneMatch(reading -> agreement.isShownBy(
                                        reading.gauges().reading(),
                                        reading.golden().now()))))
                .extracting(Agreement::text)
                .containsExactly("published_editables <= editables");
        List<Agreement> wrong = Agreement.parse("""
                num_events = events{event_type=meeting}
                events_created_30d <= events_created_7d
                events_newest_created_timestamp_seconds exactly if calls_for_papers{state=upcoming}
                events_newest_created_timestamp_seconds within 1h exactly if num_events
                """);
        CaseReading last = READINGS.get(READINGS.size() - 1);
        assertThat(Agreements.violations(
                        wrong, last.gauges().reading(), last.golden().now()))
                .hasSizeGreaterThanOrEqualTo(wrong.size());
    }

    @ParameterizedTest
    @MethodSource("collectors")
    void theExpositionOfACollectorIsUnchanged(MetricCollector collector) throws IOException {
        Map<String, String> headings = new LinkedHashMap<>();
        READINGS.forEach(reading -> headings.merge(
                ExpositionText.of(collector, reading.gauges().reading()),
                "# " + reading.heading() + "\n",
                String::concat));
        String text = headings.entrySet().stream()
                .map(entry -> entry.getValue() + entry.getKey())
                .collect(Collectors.joining("\n"));
        GoldenFile.verify(EXPOSITIONS.resolve(collector.name() + ".txt"), text);
    }

    @Test
    void everyFileBelongsToACollector() throws IOException {
        try (Stream<Path> files = Files.list(EXPOSITIONS)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(collectors()
                            .map(collector -> collector.getName() + ".txt")
                            .toList());
        }
    }
}
