package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.Value.one;
import static io.getindico.metrics.api.Value.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MetricNameFilter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the engine in a host's registry. */
class RegistryTest extends EngineTest {
    private static final Label KIND = Label.closed("kind", "a", "b");
    private static final Label NAME = Label.open("name");
    private static final MetricFamily COUNTER =
            MetricFamily.counter("test_mails_total").help("Mails.").build();
    private static final MetricFamily BYTES = MetricFamily.gauge("test_size_bytes")
            .help("Size.")
            .unit("bytes")
            .labels(KIND)
            .build();
    private static final MetricFamily INFO =
            MetricFamily.info("test_plugin_info").help("Plugin.").labels(NAME).build();

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final TestCollector mails =
            TestCollector.of("mails", COUNTER, context -> List.of(TestCollector.sql(COUNTER, "SELECT 5")));
    private final TestCollector rest = TestCollector.of(
            "rest",
            List.of(BYTES, INFO),
            context -> List.of(
                    FamilyQuery.from(select(
                                            inline(1L << 40).as("size"),
                                            inline("a").as("kind"))
                                    .asTable("files"))
                            .by(KIND, field("kind"))
                            .value(BYTES, sum(field("size", Long.class))),
                    FamilyQuery.withoutFrom().constant(NAME, "livesync").value(INFO, one())));

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
