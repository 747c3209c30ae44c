package io.getindico.metrics.micrometer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Decodes what is pushed by OTLP over HTTP, and keeps the last push. */
final class OtlpReceiver implements AutoCloseable {
    private final HttpServer server;
    private volatile Map<String, Double> last = Map.of();

    OtlpReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/metrics", this::receive);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/metrics";
    }

    /** The values of the last push, by name and labels. */
    Map<String, Double> last() {
        return last;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            ExportMetricsServiceRequest request = ExportMetricsServiceRequest.parseFrom(exchange.getRequestBody());
            Map<String, Double> values = new TreeMap<>();
            request.getResourceMetricsList().stream()
                    .flatMap(resource -> resource.getScopeMetricsList().stream())
                    .flatMap(scope -> scope.getMetricsList().stream())
                    .forEach(metric -> points(metric)
                            .forEach(point -> values.put(metric.getName() + labels(point), point.getAsDouble())));
            last = values;
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private static List<NumberDataPoint> points(Metric metric) {
        return metric.hasSum()
                ? metric.getSum().getDataPointsList()
                : metric.getGauge().getDataPointsList();
    }

    private static Map<String, String> labels(NumberDataPoint point) {
        Map<String, String> labels = new TreeMap<>();
        for (KeyValue attribute : point.getAttributesList()) {
            labels.put(attribute.getKey(), attribute.getValue().getStringValue());
        }
        return labels;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
