package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import java.util.List;

/** Our families in the client's words. A class of its own, since clients before 1.7 have no descriptors. */
final class Descriptors {
    private Descriptors() {}

    static List<MetricFamilyDescriptor> of(List<MetricFamily> families) {
        return families.stream().map(Descriptors::of).toList();
    }

    private static MetricFamilyDescriptor of(MetricFamily family) {
        MetricType type = switch (family.type()) {
            case GAUGE -> MetricType.GAUGE;
            case COUNTER -> MetricType.COUNTER;
            case INFO -> MetricType.INFO;
        };
        return MetricFamilyDescriptor.of(
                type,
                FamilyValues.metadata(family),
                family.labels().stream().map(Label::name).toList());
    }
}
