package io.getindico.metrics.exporter.http;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusProtobufWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The formats of the metrics, and the choice between them. Every client understands the first. */
public final class ExpositionFormat {
    public static final ExpositionFormat TEXT = new ExpositionFormat(
            "text/plain", Map.of("version", "0.0.4", "charset", "utf-8"), PrometheusTextFormatWriter::create);
    static final ExpositionFormat OPENMETRICS = new ExpositionFormat(
            "application/openmetrics-text",
            Map.of("version", "1.0.0", "charset", "utf-8"),
            OpenMetricsTextFormatWriter::create);
    static final ExpositionFormat PROTOBUF = new ExpositionFormat(
            "application/vnd.google.protobuf",
            Map.of("proto", "io.prometheus.client.MetricFamily", "encoding", "delimited"),
            PrometheusProtobufWriter::new);

    private static final List<ExpositionFormat> ALL = List.of(TEXT, OPENMETRICS, PROTOBUF);

    /** Parameters that do not change the format. Escaping concerns non-ASCII names, and no metric has one. */
    private static final Set<String> IGNORED = Set.of("escaping");

    private static final int FIRST_SIZE = 16_384;

    private final String mediaType;
    private final Map<String, String> parameters;
    private final Supplier<ExpositionFormatWriter> writer;
    private final String contentType;

    private ExpositionFormat(
            String mediaType, Map<String, String> parameters, Supplier<ExpositionFormatWriter> writer) {
        this.mediaType = mediaType;
        this.parameters = parameters;
        this.writer = writer;
        this.contentType = writer.get().getContentType();
    }

    /** Loads the classes of all formats by writing a sample of each metric type. */
    public static void load() {
        MetricSnapshots samples = MetricSnapshots.of(
                GaugeSnapshot.builder()
                        .name("gauge")
                        .help("A gauge.")
                        .dataPoint(GaugeDataPointSnapshot.builder()
                                .value(1)
                                .labels(Labels.of("label", "value"))
                                .build())
                        .build(),
                CounterSnapshot.builder()
                        .name("counter")
                        .dataPoint(CounterDataPointSnapshot.builder()
                                .value(1)
                                .createdTimestampMillis(1)
                                .build())
                        .build(),
                InfoSnapshot.builder()
                        .name("info")
                        .dataPoint(InfoDataPointSnapshot.builder().build())
                        .build());
        ALL.forEach(format -> format.write(samples));
    }

    /** The client's preferred format. If the client accepts none, text, since a scrape in text is better than none. */
    static ExpositionFormat negotiate(List<String> acceptHeader) {
        List<HeaderItem> items = HeaderItem.parse(acceptHeader);
        return ALL.stream()
                .map(format -> new Candidate(format, items))
                .filter(candidate -> candidate.quality() > 0)
                .min(Comparator.comparingDouble(Candidate::quality)
                        .reversed()
                        .thenComparing(
                                Comparator.comparingInt(Candidate::specificity).reversed())
                        .thenComparingInt(Candidate::position))
                .map(Candidate::format)
                .orElse(TEXT);
    }

    /** A format, rated by the most specific header item that covers it. */
    private record Candidate(ExpositionFormat format, double quality, int specificity, int position) {
        Candidate(ExpositionFormat format, List<HeaderItem> items) {
            this(format, items, format.bestItem(items));
        }

        private Candidate(ExpositionFormat format, List<HeaderItem> items, int best) {
            this(
                    format,
                    best < 0 ? 0 : items.get(best).quality(),
                    best < 0 ? 0 : format.specificity(items.get(best)),
                    best);
        }
    }

    private int bestItem(List<HeaderItem> items) {
        int best = -1;
        for (int i = 0; i < items.size(); i++) {
            int specificity = specificity(items.get(i));
            if (specificity > 0 && (best < 0 || specificity > specificity(items.get(best)))) {
                best = i;
            }
        }
        return best;
    }

    /** 0 if the item does not cover this format. */
    private int specificity(HeaderItem item) {
        String group = mediaType.substring(0, mediaType.indexOf('/') + 1) + "*";
        if (item.value().equals("*/*") || item.value().equals("*")) {
            return 1;
        }
        if (item.value().equals(group)) {
            return 2;
        }
        if (!item.value().equals(mediaType)) {
            return 0;
        }
        int specificity = 3;
        for (Map.Entry<String, String> parameter : item.parameters().entrySet()) {
            if (!IGNORED.contains(parameter.getKey())) {
                if (!parameter.getValue().equalsIgnoreCase(parameters.get(parameter.getKey()))) {
                    return 0;
                }
                specificity++;
            }
        }
        return specificity;
    }

    String contentType() {
        return contentType;
    }

    public byte[] write(MetricSnapshots metrics) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(FIRST_SIZE);
        try {
            writer.get().write(out, metrics);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
