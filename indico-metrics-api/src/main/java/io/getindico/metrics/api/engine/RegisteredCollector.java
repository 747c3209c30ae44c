package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A collector and its declaration, which is read once.
 *
 * @param families the enabled families
 * @param settings the values of its own settings
 */
record RegisteredCollector(
        MetricCollector collector,
        String name,
        RefreshClass refreshClass,
        List<MetricFamily> families,
        Map<CollectorSetting<?>, Object> settings) {
    RegisteredCollector withFamilies(Predicate<MetricFamily> wanted) {
        return new RegisteredCollector(
                collector, name, refreshClass, families.stream().filter(wanted).toList(), settings);
    }

    String className() {
        return collector.getClass().getName();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RegisteredCollector that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
