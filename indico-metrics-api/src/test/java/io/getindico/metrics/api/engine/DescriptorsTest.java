package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The descriptors of families, which clients since 1.7 read. */
class DescriptorsTest {
    @Test
    void aDescriptorHasWhatTheFamilyDeclares() {
        MetricFamily family = MetricFamily.counter("indico_sent_bytes_total")
                .help("Bytes sent.")
                .unit("bytes")
                .labels(Label.open("agent"), Label.closed("state", "ok", "lost"))
                .build();
        MetricFamilyDescriptor descriptor =
                Descriptors.of(List.of(family), Set.of()).get(0);
        assertThat(descriptor.getType()).isEqualTo(MetricType.COUNTER);
        assertThat(descriptor.getMetadata().getPrometheusName()).isEqualTo("indico_sent_bytes");
        assertThat(descriptor.getMetadata().getHelp()).isEqualTo("Bytes sent.");
        assertThat(descriptor.getMetadata().getUnit()).hasToString("bytes");
        assertThat(descriptor.getLabelNames()).isEqualTo(Set.of("agent", "state"));
    }

    @Test
    void eachTypeOfFamilyHasItsTypeOfDescriptor() {
        assertThat(Descriptors.of(
                        List.of(
                                TestCollector.gauge("indico_x"),
                                MetricFamily.counter("indico_y_total")
                                        .help("Y.")
                                        .build(),
                                MetricFamily.info("indico_z_info").help("Z.").build()),
                        Set.of()))
                .extracting(MetricFamilyDescriptor::getType)
                .containsExactly(MetricType.GAUGE, MetricType.COUNTER, MetricType.INFO);
    }

    @Test
    void everyFamilyIsDescribedBeforeAnyScrape() {
        try (IndicoMetrics metrics = metrics()) {
            assertThat(metrics.getMetricFamilyDescriptors())
                    .extracting(descriptor -> descriptor.getMetadata().getPrometheusName())
                    .isEqualTo(metrics.families().stream()
                            .map(FamilyNames::modelName)
                            .toList());
        }
    }

    @Test
    void aMetricOfTheHostThatClashesIsRefused() {
        PrometheusRegistry registry = new PrometheusRegistry();
        try (IndicoMetrics metrics = metrics()) {
            registry.register(metrics);
            Collector clash = new Collector() {
                @Override
                public MetricSnapshot collect() {
                    return GaugeSnapshot.builder().name("indico_events").build();
                }

                @Override
                public MetricFamilyDescriptor getMetricFamilyDescriptor() {
                    return MetricFamilyDescriptor.counter("indico_rooms")
                            .help("Rooms.")
                            .build();
                }
            };
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> registry.register(clash))
                    .withMessageContaining("indico_rooms");
        }
    }

    private static IndicoMetrics metrics() {
        return IndicoMetrics.builder(Fake.of(DataSource.class).self())
                .collectors(TestCollector.named("rooms"))
                .build();
    }
}
