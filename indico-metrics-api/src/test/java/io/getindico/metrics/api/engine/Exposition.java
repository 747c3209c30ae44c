package io.getindico.metrics.api.engine;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Metrics as a scrape shows them. */
final class Exposition {
    private Exposition() {}

    static String text(MetricSnapshots metrics) {
        return write(PrometheusTextFormatWriter.create(), metrics);
    }

    static String text(List<FamilyValues> families) {
        return text(snapshots(families));
    }

    static String openMetrics(List<FamilyValues> families) {
        return write(OpenMetricsTextFormatWriter.create(), snapshots(families));
    }

    private static MetricSnapshots snapshots(List<FamilyValues> families) {
        return new MetricSnapshots(families.stream().map(FamilyValues::snapshot).toArray(MetricSnapshot[]::new));
    }

    private static String write(ExpositionFormatWriter writer, MetricSnapshots metrics) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, metrics);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
