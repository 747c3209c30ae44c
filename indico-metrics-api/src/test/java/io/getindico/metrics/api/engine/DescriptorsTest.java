package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DescriptorsTest {
    @Test
    void aDescriptorTellsWhatTheFamilyDeclares() {
        MetricFamily family = MetricFamily.counter("indico_sent_bytes_total")
                .help("Bytes sent.")
                .unit("bytes")
                .labels(Label.open("agent"), Label.closed("state", "ok", "lost"))
                .build();
        MetricFamilyDescriptor descriptor = Descriptors.of(List.of(family)).get(0);
        assertThat(descriptor.getType()).isEqualTo(MetricType.COUNTER);
        assertThat(descriptor.getMetadata().getPrometheusName()).isEqualTo("indico_sent_bytes");
        assertThat(descriptor.getMetadata().getHelp()).isEqualTo("Bytes sent.");
        assertThat(descriptor.getMetadata().getUnit()).hasToString("bytes");
        assertThat(descriptor.getLabelNames()).isEqualTo(Set.of("agent", "state"));
    }

    @Test
    void eachTypeHasItsOwn() {
        assertThat(Descriptors.of(List.of(
                        TestCollector.gauge("indico_x"),
                        MetricFamily.counter("indico_y_total").help("Y.").build(),
                        MetricFamily.info("indico_z_info").help("Z.").build())))
                .extracting(MetricFamilyDescriptor::getType)
                .containsExactly(MetricType.GAUGE, MetricType.COUNTER, MetricType.INFO);
    }
}
