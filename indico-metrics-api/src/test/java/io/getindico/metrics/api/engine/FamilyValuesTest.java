package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FamilyValuesTest {
    private static final FamilyValues SIZE = FamilyValues.of(
            MetricFamily.gauge("indico_files_bytes")
                    .help("Size of the files.")
                    .unit("bytes")
                    .labels(Label.open("backend"))
                    .build(),
            Map.of(List.of("s3 \"eu\"\n"), 1.5e12, List.of("fs"), 0.0),
            Labels.EMPTY);
    private static final FamilyValues SENT = FamilyValues.of(
            MetricFamily.counter("indico_sent_bytes_total")
                    .help("Bytes sent.")
                    .unit("bytes")
                    .build(),
            Map.of(List.of(), 7.0),
            Labels.EMPTY);
    private static final FamilyValues BUILD = FamilyValues.of(
            MetricFamily.info("indico_build_info")
                    .help("The version.")
                    .labels(Label.open("version"))
                    .build(),
            Map.of(List.of("3.3.14"), 42.0),
            Labels.EMPTY);

    @Test
    void eachTypeHasItsFormInTheClientsModel() {
        assertThat(SIZE.snapshot()).isInstanceOf(GaugeSnapshot.class);
        assertThat(SENT.snapshot()).isInstanceOf(CounterSnapshot.class);
        assertThat(BUILD.snapshot()).isInstanceOf(InfoSnapshot.class);
    }

    @Test
    void theModelOmitsTheSuffixOfTheType() {
        assertThat(List.of(SIZE, SENT, BUILD))
                .extracting(values -> values.snapshot().getMetadata().getPrometheusName())
                .containsExactly("indico_files_bytes", "indico_sent_bytes", "indico_build");
    }

    @Test
    void aScrapeShowsNamesHelpAndValues() {
        assertThat(Exposition.text(List.of(SIZE, SENT, BUILD))).isEqualTo("""
                # HELP indico_build_info The version.
                # TYPE indico_build_info gauge
                indico_build_info{version="3.3.14"} 1
                # HELP indico_files_bytes Size of the files.
                # TYPE indico_files_bytes gauge
                indico_files_bytes{backend="fs"} 0.0
                indico_files_bytes{backend="s3 \\"eu\\"\\n"} 1.5E12
                # HELP indico_sent_bytes_total Bytes sent.
                # TYPE indico_sent_bytes_total counter
                indico_sent_bytes_total 7.0
                """);
    }

    @Test
    void aLabelWithoutAValueIsLeftOut() {
        FamilyValues values = FamilyValues.of(
                MetricFamily.gauge("indico_rooms")
                        .help("Rooms.")
                        .labels(Label.open("site"), Label.open("building"))
                        .build(),
                Map.of(List.of("", "28"), 1.0),
                Labels.EMPTY);
        assertThat(Exposition.text(List.of(values))).endsWith("indico_rooms{building=\"28\"} 1.0\n");
    }

    @Test
    void openMetricsShowsTheUnit() {
        assertThat(Exposition.openMetrics(List.of(SIZE, SENT, BUILD))).isEqualTo("""
                # TYPE indico_build info
                # HELP indico_build The version.
                indico_build_info{version="3.3.14"} 1
                # TYPE indico_files_bytes gauge
                # UNIT indico_files_bytes bytes
                # HELP indico_files_bytes Size of the files.
                indico_files_bytes{backend="fs"} 0.0
                indico_files_bytes{backend="s3 \\"eu\\"\\n"} 1.5E12
                # TYPE indico_sent_bytes counter
                # UNIT indico_sent_bytes bytes
                # HELP indico_sent_bytes Bytes sent.
                indico_sent_bytes_total 7.0
                # EOF
                """);
    }

    @Test
    void aCounterBelowZeroIsRefused() {
        MetricFamily counter = MetricFamily.counter("indico_x_total").help("X.").build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FamilyValues.of(counter, Map.of(List.of(), -1.0), Labels.EMPTY));
    }
}
