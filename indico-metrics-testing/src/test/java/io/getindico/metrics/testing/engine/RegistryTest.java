package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MetricNameFilter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In a host's registry. */
class RegistryTest extends EngineTest {
    private static final MetricFamily COUNTER =
            MetricFamily.counter("test_mails_total").help("Mails.").build();
    private static final MetricFamily BYTES = MetricFamily.gauge("test_size_bytes")
            .help("Size.")
            .unit("bytes")
            .labels(Label.closed("kind", "a", "b"))
            .build();
    private static final MetricFamily INFO = MetricFamily.info("test_plugin_info")
            .help("Plugin.")
            .labels(Label.open("name"))
            .build();

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final TestCollector mails =
            TestCollector.of("mails", COUNTER, (context, samples) -> samples.set(COUNTER, 5));
    private final TestCollector rest = TestCollector.of("rest", List.of(BYTES, INFO), (context, samples) -> {
        samples.set(BYTES, 1L << 40, "a");
        samples.set(INFO, 1, "livesync");
    });

    private IndicoMetrics register() {
        IndicoMetrics metrics = open(mails, rest);
        registry.register(metrics);
        return metrics;
    }

    private Exposition scrapeNamed(String... names) {
        return Exposition.of(registry.scrape(
                MetricNameFilter.builder().nameMustBeEqualTo(names).build()));
    }

    @Test
    void theHostFindsOurMetricsBesideItsOwn() {
        registry.register(hostsGauge("host_threads"));
        register();
        Exposition scrape = Exposition.of(registry.scrape());
        assertThat(scrape.value("host_threads")).isEqualTo(7);
        assertThat(scrape.isUp()).isTrue();
        assertThat(scrape.text()).contains("""
                        # HELP test_mails_total Mails.
                        # TYPE test_mails_total counter
                        test_mails_total 5.0
                        # HELP test_plugin_info Plugin.
                        # TYPE test_plugin_info gauge
                        test_plugin_info{name="livesync"} 1
                        # HELP test_size_bytes Size.
                        # TYPE test_size_bytes gauge
                        test_size_bytes{kind="a"} 1.099511627776E12
                        test_size_bytes{kind="b"} 0.0
                        """);
    }

    @Test
    void aCounterAnswersToBothItsNames() {
        register();
        assertThat(scrapeNamed("test_mails").value("test_mails_total")).isEqualTo(5);
        assertThat(scrapeNamed("test_mails_total").text()).isEqualTo("""
                        # HELP test_mails_total Mails.
                        # TYPE test_mails_total counter
                        test_mails_total 5.0
                        """);
        assertThat(rest.runs()).as("nobody asked for it").isZero();
    }

    @Test
    void aFilteredScrapeRunsNoCollectorThatIsNotAskedFor() {
        registry.register(hostsGauge("host_threads"));
        register();
        assertThat(scrapeNamed("host_threads").text()).doesNotContain("test_", "indico_");
        assertThat(mails.runs() + rest.runs()).isZero();
        assertThat(sessions().count()).isZero();
    }

    private static Collector hostsGauge(String name) {
        return () -> GaugeSnapshot.builder()
                .name(name)
                .help("The host's.")
                .dataPoint(
                        GaugeSnapshot.GaugeDataPointSnapshot.builder().value(7).build())
                .build();
    }
}
