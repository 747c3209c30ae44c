package io.getindico.metrics.benchmarks;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusProtobufWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The forms in which metrics are sent. Each form writes and compresses like the exporter's {@code ExpositionFormat} and
 * {@code Compression}, with the same buffers and level. Public, because the code that JMH generates needs it.
 */
public enum Form {
    TEXT("Prometheus text"),
    OPENMETRICS("OpenMetrics text"),
    PROTOBUF("protobuf");

    private static final int FIRST_SIZE = 16_384;

    private final String title;

    Form(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    private ExpositionFormatWriter writer() {
        return switch (this) {
            case TEXT -> PrometheusTextFormatWriter.create();
            case OPENMETRICS -> OpenMetricsTextFormatWriter.create();
            case PROTOBUF -> new PrometheusProtobufWriter();
        };
    }

    byte[] plain(MetricSnapshots metrics) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(FIRST_SIZE);
        try {
            writer().write(out, metrics);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    byte[] gzip(MetricSnapshots metrics) {
        byte[] plain = plain(metrics);
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (GZIPOutputStream gzip = new FastGzip(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
