package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import java.util.List;
import java.util.function.Predicate;

/** A collector with its declaration, asked for once, and the tables and columns its queries need. */
record RegisteredCollector(
        MetricCollector collector,
        String name,
        RefreshClass refreshClass,
        List<MetricFamily> families,
        int maxStatements,
        Requirements requirements) {
    static RegisteredCollector of(MetricCollector collector, DryRun dryRun) {
        return new RegisteredCollector(
                collector,
                collector.name(),
                collector.refreshClass(),
                List.copyOf(collector.families()),
                collector.maxStatements(),
                dryRun.requirements(collector));
    }

    boolean ownsAny(Predicate<String> names) {
        return families.stream().anyMatch(family -> FamilyNames.matches(family, names));
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
