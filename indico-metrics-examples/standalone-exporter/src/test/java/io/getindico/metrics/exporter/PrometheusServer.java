package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A real Prometheus server and its query results. */
public final class PrometheusServer implements AutoCloseable {
    private static final int NOT_READY = 503;
    private static final String NAME = "__name__";

    /** The labels that a scrape adds to each series. */
    private static final Set<String> TARGET_LABELS = Set.of(NAME, "job", "instance", "instance_name");

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI uri;
    private final Program program;

    private PrometheusServer(URI uri, Program program) {
        this.uri = uri;
        this.program = program;
    }

    /** Stores the data in a separate folder next to the configuration. */
    public static PrometheusServer start(Path configuration, String... options) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + freePort() + "/");
        List<String> command = List.of(
                Tools.require("prometheus").toString(),
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + configuration.resolveSibling("data"),
                "--web.listen-address=" + uri.getAuthority());
        return new PrometheusServer(uri, Program.start(command, Map.of(), options));
    }

    public URI uri() {
        return uri;
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Series as the text format writes them, without the labels of the scrape. Empty until Prometheus serves. */
    public SortedMap<String, Double> query(String expression) throws IOException, InterruptedException {
        SortedMap<String, Double> values = new TreeMap<>();
        URI query = uri.resolve("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8));
        HttpResponse<String> response;
        try {
            response = client.send(HttpRequest.newBuilder(query).build(), HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            return values;
        }
        if (response.statusCode() == NOT_READY) {
            return values;
        }
        JsonNode answer = new ObjectMapper().readTree(response.body());
        assertThat(answer.path("status").textValue()).as(answer.toString()).isEqualTo("success");
        for (JsonNode series : answer.path("data").path("result")) {
            Double value = Double.valueOf(series.path("value").path(1).textValue());
            assertThat(values.put(series(series.path("metric")), value)).isNull();
        }
        return values;
    }

    /** The errors of the rules' last evaluations. */
    public Set<String> ruleErrors() throws IOException, InterruptedException {
        URI rules = uri.resolve("/api/v1/rules");
        String answer = client.send(HttpRequest.newBuilder(rules).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return new ObjectMapper()
                .readTree(answer).findValues("lastError").stream()
                        .map(JsonNode::asText)
                        .filter(error -> !error.isEmpty())
                        .collect(Collectors.toSet());
    }

    private static String series(JsonNode metric) {
        String labels = metric.properties().stream()
                .filter(label -> !TARGET_LABELS.contains(label.getKey()))
                .map(label -> label.getKey() + "=\"" + escaped(label.getValue().textValue()) + '"')
                .sorted()
                .collect(Collectors.joining(","));
        return metric.path(NAME).asText() + (labels.isEmpty() ? "" : "{" + labels + "}");
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /** Waits for the process to end, so that its folder can be deleted. */
    @Override
    public void close() throws IOException {
        try (program) {
            program.signal("TERM");
            assertThat(program.exitCode(20)).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
