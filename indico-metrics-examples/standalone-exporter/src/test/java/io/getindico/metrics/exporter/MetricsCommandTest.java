package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.getindico.metrics.exporter.commands.ExporterMain;
import io.getindico.metrics.testing.GoldenFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reference of metrics, printed without a database. */
final class MetricsCommandTest {
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("metrics"));
        all.addAll(List.of(arguments));
        return ExporterMain.run(
                all.toArray(String[]::new),
                Map.of(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }

    private String printed(String... arguments) {
        assertThat(run(arguments)).as(err.toString(UTF_8)).isZero();
        assertThat(err.toString(UTF_8)).isEmpty();
        return out.toString(UTF_8);
    }

    private List<JsonNode> json(String... arguments) throws IOException {
        String[] all = new String[arguments.length + 1];
        all[0] = "--format=json";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        List<JsonNode> metrics = new ArrayList<>();
        STRICT.readTree(printed(all)).forEach(metrics::add);
        return metrics;
    }

    private static List<String> ofCollectors(List<JsonNode> metrics) {
        return metrics.stream()
                .filter(metric -> metric.has("collector"))
                .map(metric -> metric.get("name").asText())
                .toList();
    }

    @Test
    void thePageIsTheReferenceOfAllMetrics() throws IOException {
        GoldenFile.verify(
                Path.of("../../docs/metrics.md"), printed("--extra-families", "*", "--collector-metrics", "all"));
    }

    @Test
    void bothFormatsNameTheSameMetrics() throws IOException {
        List<JsonNode> metrics = json("--extra-families=*");
        out.reset();
        List<String> headings = printed("--extra-families=*")
                .lines()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring(4))
                .toList();
        assertThat(metrics.stream().map(metric -> metric.get("name").asText()))
                .hasSizeGreaterThan(140)
                .containsExactlyElementsOf(headings);
    }

    @Test
    void jsonHasWhatIsDeclared() throws IOException {
        JsonNode metric = json("--families=indico_rooms", "--collectors=rooms").get(0);
        assertThat(metric.get("name").asText()).isEqualTo("indico_rooms");
        assertThat(metric.get("type").asText()).isEqualTo("gauge");
        assertThat(metric.get("unit").isNull()).isTrue();
        assertThat(metric.get("collector").asText()).isEqualTo("rooms");
        assertThat(metric.get("class").asText()).isEqualTo("standard");
        assertThat(metric.get("profile").asText()).isEqualTo("default");
        assertThat(metric.get("tables").toString()).contains("\"roombooking.rooms\"");
        assertThat(metric.get("labels").get(0).get("open").asBoolean()).isTrue();
        assertThat(metric.get("maxSeries").asLong()).isGreaterThan(50);
        assertThat(metric.get("sample").asText()).startsWith("indico_rooms{location=\"...\"");
        assertThat(metric.get("help").asText()).isNotEmpty();
        assertThat(metric.get("purpose").asText()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--profile=compatible, 22",
        "--families=indico_num_rooms, 1",
        "--exclude-families=indico_*, 0",
        "--collectors=notes --profile=compatible, 1",
    })
    void onlyTheChosenMetricsAreNamed(String arguments, int metrics) throws IOException {
        assertThat(ofCollectors(json(arguments.split(" ")))).hasSize(metrics);
    }

    @Test
    void anotherFormatIsRefused() {
        assertThat(run("--format", "xml")).isEqualTo(2);
        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(err.toString(UTF_8))
                .isEqualTo(
                        "indico-metrics-exporter: --format: got \"xml\", expected md or json; correct it, or leave it"
                                + " out (default: md)\n");
    }

    @Test
    void aMetricThatDoesNotExistIsRefused() {
        assertThat(run("--extra-families", "indico_roms")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).hasLineCount(1).contains("indico_rooms");
    }
}
