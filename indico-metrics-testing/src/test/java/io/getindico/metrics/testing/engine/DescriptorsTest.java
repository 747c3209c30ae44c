package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.Value.one;
import static io.getindico.metrics.api.Value.scalar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.inline;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The engine in a registry whose client asks for descriptors before the first scrape, as clients since 1.7 do. */
class DescriptorsTest extends EngineTest {
    private static final Label NAME = Label.open("name");
    private static final MetricFamily MAILS =
            MetricFamily.counter("test_mails_total").help("Mails.").build();
    private static final MetricFamily BYTES =
            MetricFamily.gauge("test_size_bytes").help("Size.").unit("bytes").build();
    private static final MetricFamily INFO =
            MetricFamily.info("test_plugin_info").help("Plugin.").labels(NAME).build();

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final TestCollector collector = TestCollector.of(
            "all",
            List.of(MAILS, BYTES, INFO),
            context -> List.of(
                    FamilyQuery.withoutFrom().value(MAILS, scalar(inline(5))).value(BYTES, scalar(inline(1))),
                    FamilyQuery.withoutFrom().constant(NAME, "livesync").value(INFO, one())));

    @Test
    void aNameThatTheHostHasAlreadyIsRefusedAtRegistration() {
        registry.register(hostsCounter("test_size_bytes"));
        IndicoMetrics metrics = open(collector);
        assertThatThrownBy(() -> registry.register(metrics))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("test_size_bytes");
    }

    private static Collector hostsCounter(String name) {
        return new Collector() {
            @Override
            public MetricSnapshot collect() {
                return CounterSnapshot.builder().name(name).help("The host's.").build();
            }

            @Override
            public MetricFamilyDescriptor getMetricFamilyDescriptor() {
                return MetricFamilyDescriptor.counter(name).help("The host's.").build();
            }
        };
    }

    @Test
    void everyPossibleFamilyIsDeclaredToTheRegistry() {
        IndicoMetrics metrics = open(collector);
        registry.register(metrics);
        List<String> declared = metrics.getMetricFamilyDescriptors().stream()
                .map(descriptor -> descriptor.getMetadata().getName())
                .toList();
        assertThat(declared)
                .containsAll(registry.scrape().stream()
                        .map(snapshot -> snapshot.getMetadata().getName())
                        .toList())
                .doesNotHaveDuplicates();
    }
}
