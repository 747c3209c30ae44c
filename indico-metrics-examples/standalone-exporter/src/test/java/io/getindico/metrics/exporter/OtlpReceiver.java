package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Decodes what is pushed by OTLP over HTTP, and keeps the last push of each {@code service.instance.id}. */
final class OtlpReceiver implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Push> last = new ConcurrentHashMap<>();
    private volatile int status = 200;

    /**
     * One push.
     *
     * @param series the values by name and labels, as a scrape has them
     */
    record Push(Map<String, String> resource, Map<String, Metric> metrics, Map<String, Double> series, String token) {}

    OtlpReceiver() throws IOException {
        this(0);
    }

    OtlpReceiver(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/v1/metrics", this::receive);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Answers with this status from now on, and takes nothing unless it is 200. */
    void answer(int newStatus) {
        status = newStatus;
    }

    @Nullable
    Push last(String instance) {
        return last.get(instance);
    }

    /** By {@code service.instance.id}. */
    Map<String, Push> all() {
        return last;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream body = new GZIPInputStream(exchange.getRequestBody())) {
            ExportMetricsServiceRequest request = ExportMetricsServiceRequest.parseFrom(body);
            String token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            if (status == 200) {
                request.getResourceMetricsList().forEach(resource -> {
                    Push push = push(resource, token);
                    last.put(push.resource().getOrDefault("service.instance.id", ""), push);
                });
            }
            byte[] answer = "s3cr3t of the receiver".getBytes(UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private static Push push(ResourceMetrics resource, String token) {
        Map<String, Metric> metrics = new TreeMap<>();
        resource.getScopeMetricsList().stream()
                .flatMap(scope -> scope.getMetricsList().stream())
                .forEach(metric -> metrics.put(metric.getName(), metric));
        Map<String, Double> series = new TreeMap<>();
        metrics.forEach((name, metric) ->
                points(metric).forEach(point -> series.put(name + labels(point), point.getAsDouble())));
        return new Push(values(resource.getResource().getAttributesList()), metrics, series, token);
    }

    private static List<NumberDataPoint> points(Metric metric) {
        return metric.hasSum()
                ? metric.getSum().getDataPointsList()
                : metric.getGauge().getDataPointsList();
    }

    private static String labels(NumberDataPoint point) {
        Map<String, String> labels = values(point.getAttributesList());
        return labels.isEmpty()
                ? ""
                : labels.entrySet().stream()
                        .map(label -> label.getKey() + "=\"" + label.getValue() + "\"")
                        .collect(Collectors.joining(",", "{", "}"));
    }

    private static Map<String, String> values(List<KeyValue> attributes) {
        Map<String, String> values = new TreeMap<>();
        attributes.forEach(
                attribute -> values.put(attribute.getKey(), attribute.getValue().getStringValue()));
        return values;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
