package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.toMap;

import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
    /** A collector with all its families and the defaults of its settings. */
    static RegisteredCollector of(MetricCollector collector) {
        Map<CollectorSetting<?>, Object> defaults =
                collector.settings().stream().collect(toMap(Function.identity(), CollectorSetting::defaultValue));
        return new RegisteredCollector(
                collector, collector.name(), collector.refreshClass(), List.copyOf(collector.families()), defaults);
    }

    RegisteredCollector withFamilies(Predicate<MetricFamily> wanted) {
        return new RegisteredCollector(
                collector, name, refreshClass, families.stream().filter(wanted).toList(), settings);
    }

    /** Includes the name of another class loader, such as that of a plugin, since two may have the same class. */
    String className() {
        Class<?> type = collector.getClass();
        ClassLoader loader = type.getClassLoader();
        boolean isOfPlugin = loader != null
                && loader.getName() != null
                && !loader.equals(RegisteredCollector.class.getClassLoader());
        return type.getName() + (isOfPlugin ? " of " + loader.getName() : "");
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
