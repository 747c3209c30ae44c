package io.getindico.metrics.exporter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NegotiationTest {
    private static final String PROTOBUF =
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // None, or nothing of ours: what everybody understands.
                "'' | text/plain",
                "text/html | text/plain",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | text/plain",
                "*/* | text/plain",
                "text/* | text/plain",
                "text/plain;version=9.9.9 | text/plain",
                ",,; | text/plain",
                // Prometheus 2.42 and 3, without and with protobuf.
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | application/openmetrics-text",
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
                        + "application/openmetrics-text;version=0.0.1;q=0.4,"
                        + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
                        + " | application/openmetrics-text",
                PROTOBUF + ";q=0.7,application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,"
                        + "*/*;q=0.2 | application/vnd.google.protobuf",
                PROTOBUF + " | application/vnd.google.protobuf",
                "application/vnd.google.protobuf;proto=other;encoding=delimited | text/plain",
                // Quality decides, not order.
                "application/openmetrics-text;q=0.3,text/plain;q=0.7 | text/plain",
                "text/plain;q=0.3,application/openmetrics-text;q=0.7 | application/openmetrics-text",
                "text/plain;q=0.2,*/*;q=0.1 | text/plain",
                // 0 is no, and the more specific item counts.
                "text/plain;q=0,*/* | application/openmetrics-text",
                "application/openmetrics-text;q=0,text/plain;q=0.1 | text/plain",
                "*/*;q=0.1,application/openmetrics-text;q=0.05 | text/plain",
                "text/plain;q=0 | text/plain",
                "application/openmetrics-text;q=nonsense,text/plain;q=0.1 | text/plain",
                // The client's order, where all else is equal.
                "application/openmetrics-text,text/plain | application/openmetrics-text",
                "text/plain,application/openmetrics-text | text/plain",
                "Application/OpenMetrics-Text; Version=1.0.0; Charset=UTF-8 | application/openmetrics-text",
                "application/openmetrics-text;version=\"1.0.0\" | application/openmetrics-text",
                "application/openmetrics-text;version=2.0.0,text/plain;q=0.1 | text/plain",
                // A quote without its end.
                "application/openmetrics-text,\" | text/plain",
                "a;b=\"c | text/plain",
                "a;b=\"c\\\" | text/plain",
                // Parameters of nothing.
                ";q=\"1\" | text/plain",
                "a, ;q=\"\" | text/plain",
                ",;q=\",\" | text/plain",
                ";;=;q | text/plain",
                // A quote may hold separators and escapes.
                "application/openmetrics-text;escaping=\",;q=0\",text/plain;q=0.1 | application/openmetrics-text",
                "application/openmetrics-text;escaping=\"\\\",;q=0\",text/plain;q=0.1 | application/openmetrics-text",
                "application/openmetrics-text;version=\"1\\.0.0\" | application/openmetrics-text",
                "application/openmetrics-text;q=\"0.5\",text/plain;q=0.7 | text/plain",
            })
    void choosesTheForm(String accept, String mediaType) {
        assertThat(ExpositionFormat.negotiate(List.of(accept)).contentType()).startsWith(mediaType + ";");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | false",
                "gzip | true",
                "GZIP | true",
                "x-gzip | true",
                "gzip;q=0.5 | true",
                "gzip;q=1.0 | true",
                "gzip;q=0 | false",
                "gzip;q=0.000 | false",
                "gzip ; q=0 | false",
                "deflate, gzip;q=0.1 | true",
                "identity | false",
                "identity;q=1, gzip;q=0.5 | false",
                "identity;q=0.5, gzip | true",
                "* | true",
                "*;q=0 | false",
                "gzip;q=0, * | false",
                "br | false",
                "notgzip | false",
                "gzipped | false",
                "gzip;q=zero | false",
                "gzip,\" | false",
                "gzip, ;q=\"1\" | true",
                ";q=\"\" | false",
            })
    void compressesOnRequest(String acceptEncoding, boolean gzip) {
        assertThat(Compression.isGzipWanted(List.of(acceptEncoding))).isEqualTo(gzip);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | none | PT4S",
                "none | 10 | PT9.5S",
                "none | 10.000000 | PT9.5S",
                "none | 0.3 | PT0S",
                "none | 0 | PT0S",
                "none | 3600 | PT60S",
                "none | -5 | PT4S",
                "none | NaN | PT4S",
                "none | 1e99 | PT4S",
                "none | 99999999999999999999 | PT4S",
                "PT3S | none | PT3S",
                "PT3S | 10 | PT3S",
                "PT20S | 10 | PT9.5S",
                "PT20M | none | PT60S",
            })
    void waitsNoLongerThanPrometheus(@Nullable Duration setting, @Nullable String header, Duration expected) {
        assertThat(MetricsPage.limit(setting, header)).isEqualTo(expected);
    }
}
