package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Converts our families to the client's descriptors. A separate class, because clients before 1.7 have no descriptors.
 */
final class Descriptors {
    private Descriptors() {}

    /** Converts the families of an instance. Each gets the labels of the instance in addition to its own. */
    static List<MetricFamilyDescriptor> of(List<MetricFamily> families, Set<String> instanceLabels) {
        return families.stream().map(family -> of(family, instanceLabels)).toList();
    }

    private static MetricFamilyDescriptor of(MetricFamily family, Set<String> instanceLabels) {
        MetricType type = switch (family.type()) {
            case GAUGE -> MetricType.GAUGE;
            case COUNTER -> MetricType.COUNTER;
            case INFO -> MetricType.INFO;
        };
        return MetricFamilyDescriptor.of(
                type,
                FamilyValues.metadata(family),
                Stream.concat(instanceLabels.stream(), family.labels().stream().map(Label::name))
                        .toList());
    }

    /** Keeps one descriptor of each name. */
    static List<MetricFamilyDescriptor> distinct(List<MetricFamilyDescriptor> descriptors) {
        Map<String, MetricFamilyDescriptor> byName = new TreeMap<>();
        descriptors.forEach(descriptor -> byName.put(descriptor.getPrometheusName(), descriptor));
        return List.copyOf(byName.values());
    }
}
