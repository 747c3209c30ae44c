package io.getindico.metrics.exporter.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChartTest {
    private static final Instant FRIDAY = Instant.parse("2026-01-02T00:00:00Z");
    private static final Pattern LABEL = Pattern.compile("<text [^>]*>([^<]*)</text>");

    @ParameterizedTest
    @CsvSource({
        "PT2M, 1",
        "PT20M, 2",
        "PT1H, 3",
        "PT7H, 4",
        "PT26H, 7",
        "P7D, 15",
        "P30D, 99",
        "P100D, 1000",
        "P800D, 10001",
        "P2000D, 1.5e6",
        "P7300D, 8e12",
        "P36500D, 1e300"
    })
    void labelsAreFewAndDifferent(Duration span, double most) {
        List<String> labels = labels(chart(span, most));

        assertThat(labels).doesNotHaveDuplicates().hasSizeBetween(4, 14);
    }

    @Test
    void aWeekShowsItsDaysAndItsWeekend() {
        String svg = chart(Duration.ofDays(7), 10);

        assertThat(labels(svg)).contains("Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "Thu");
        assertThat(svg.split("class=\"w\"", -1)).hasSize(3);
        assertThat(chart(Duration.ofDays(7300), 10)).doesNotContain("class=\"w\"");
    }

    @Test
    void aCurveBeginsAndEndsAtTheEdges() {
        assertThat(chart(Duration.ofDays(7), 10)).contains("class=\"l\" d=\"M76 184L450 18\"");
    }

    @Test
    void numbersAreWrittenForPeople() {
        assertThat(Unit.NUMBER.compact(0)).isEqualTo("0");
        assertThat(Unit.NUMBER.compact(999.6)).isEqualTo("1k");
        assertThat(Unit.NUMBER.compact(1_250_000)).isEqualTo("1.25M");
        assertThat(Unit.NUMBER.full(1_250_000)).isEqualTo("1,250,000");
        assertThat(Unit.NUMBER.full(0.125)).isEqualTo("0.13");
        assertThat(Unit.BYTES.full(8.1234e12)).isEqualTo("8.12 TB");
        assertThat(Unit.BYTES.full(12)).isEqualTo("12 B");
        assertThat(Unit.NUMBER.full(1e300)).hasSizeLessThan(400);
        assertThat(Unit.NUMBER.full(Double.NaN)).isEqualTo("NaN");
    }

    @Test
    void longObservationsKeepTheirBeginningAndTheirEnd() {
        ValuesSinceStart values = new ValuesSinceStart();
        for (int i = 0; i < 100_000; i++) {
            values.add(FRIDAY.plusSeconds(15L * i), i);
        }

        List<Point> points = values.points();
        assertThat(points).hasSizeBetween(64, 130);
        assertThat(points.get(0).at()).isEqualTo(FRIDAY);
        assertThat(points.get(points.size() - 1)).isEqualTo(new Point(FRIDAY.plusSeconds(15L * 99_999), 99_999));
        List<Duration> steps = steps(points.subList(0, points.size() - 1));
        assertThat(steps).containsOnly(steps.get(0));
    }

    @Test
    void longObservationsKeepEveryPeak() {
        for (int peak = 0; peak < 3000; peak += 7) {
            ValuesSinceStart values = new ValuesSinceStart();
            for (int i = 0; i < 3000; i++) {
                values.add(FRIDAY.plusSeconds(5L * i), i == peak ? 9 : 1);
            }

            assertThat(values.points()).as("peak %s", peak).anyMatch(point -> point.value() == 9);
        }
    }

    @Test
    void theTableOfYearsShowsTheLastDayOfEachYear() {
        Instant first = Instant.parse("2010-01-01T00:00:00Z");
        List<Point> points = IntStream.range(0, 5845)
                .mapToObj(i -> new Point(first.plus(Duration.ofDays(i)), i))
                .toList();

        String html = Charts.html(List.of(new Course("A & B", "Caption.", Unit.NUMBER, points)), 0);

        assertThat(html)
                .contains(
                        "<th scope=\"row\">2010</th><td class=\"n\">364</td>",
                        "<th scope=\"row\">2024</th><td class=\"n\">5,478</td>",
                        "<th scope=\"row\">2026</th><td class=\"n\">5,844</td>")
                .contains("<b>A &amp; B</b>", " of A &amp; B</span>")
                .contains("d=\"M76 184L")
                .hasSizeLessThan(7000);
    }

    @Test
    void theTableOfHoursKeepsDaysApart() {
        List<Point> points = IntStream.range(0, 40)
                .mapToObj(i -> new Point(FRIDAY.plus(Duration.ofHours(i)), i))
                .toList();

        assertThat(Charts.html(List.of(new Course("Title", "Caption.", Unit.NUMBER, points)), 0))
                .contains(
                        "<th scope=\"row\">Fri 03:00</th><td class=\"n\">3</td>",
                        "<th scope=\"row\">Sat 03:00</th><td class=\"n\">27</td>");
    }

    private static List<Duration> steps(List<Point> points) {
        List<Duration> steps = new ArrayList<>();
        for (int i = 1; i < points.size(); i++) {
            steps.add(Duration.between(points.get(i - 1).at(), points.get(i).at()));
        }
        return steps;
    }

    private static List<String> labels(String svg) {
        return LABEL.matcher(svg)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static String chart(Duration span, double most) {
        List<Point> points = List.of(new Point(FRIDAY, 0), new Point(FRIDAY.plus(span), most));
        return Chart.svg(new Course("Title", "Caption.", Unit.NUMBER, points), 0);
    }
}
