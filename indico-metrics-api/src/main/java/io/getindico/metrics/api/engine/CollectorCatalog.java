package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The collectors of one engine, by name; refuses those whose names or families clash. */
final class CollectorCatalog {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
    private static final String ENGINE = "the engine itself";

    private final List<RegisteredCollector> collectors;

    private CollectorCatalog(List<RegisteredCollector> collectors) {
        this.collectors = collectors;
    }

    static CollectorCatalog of(Collection<MetricCollector> collectors, DryRun dryRun) {
        Map<String, RegisteredCollector> byName = new TreeMap<>();
        Map<String, String> familyOwners = new TreeMap<>();
        SelfMetrics.FAMILIES.forEach(family -> familyOwners.put(FamilyNames.modelName(family), ENGINE));
        for (MetricCollector collector : collectors) {
            RegisteredCollector registered = RegisteredCollector.of(collector, dryRun);
            check(registered);
            RegisteredCollector other = byName.put(registered.name(), registered);
            if (other != null) {
                throw new IllegalArgumentException("two collectors are named '" + registered.name() + "': "
                        + className(other) + " and " + className(registered) + "; rename or leave out one");
            }
            claimFamilies(registered, familyOwners);
        }
        return new CollectorCatalog(List.copyOf(byName.values()));
    }

    private static void check(RegisteredCollector collector) {
        if (!NAME.matcher(collector.name()).matches()) {
            throw new IllegalArgumentException("collector name '" + collector.name() + "' of " + className(collector)
                    + ": expected lower-case letters, digits and underscores");
        }
        if (collector.families().isEmpty()) {
            throw new IllegalArgumentException("collector '" + collector.name() + "' declares no metric families");
        }
        if (collector.maxStatements() < 1) {
            throw new IllegalArgumentException("collector '" + collector.name() + "': maxStatements() is "
                    + collector.maxStatements() + ", expected at least 1");
        }
    }

    private static void claimFamilies(RegisteredCollector collector, Map<String, String> owners) {
        String owner = "collector '" + collector.name() + "' (" + className(collector) + ")";
        for (MetricFamily family : collector.families()) {
            String other = owners.put(FamilyNames.modelName(family), owner);
            if (other != null) {
                throw new IllegalArgumentException(
                        "metric '" + family.name() + "' is declared by " + other + " and by " + owner);
            }
        }
    }

    private static String className(RegisteredCollector collector) {
        return collector.collector().getClass().getName();
    }

    List<RegisteredCollector> all() {
        return collectors;
    }

    List<RegisteredCollector> owningAny(Predicate<String> names) {
        return collectors.stream().filter(collector -> collector.ownsAny(names)).toList();
    }

    /** Every family, the engine's own ones included. */
    List<MetricFamily> families() {
        List<MetricFamily> families = new ArrayList<>(SelfMetrics.FAMILIES);
        collectors.forEach(collector -> families.addAll(collector.families()));
        families.sort(Comparator.comparing(MetricFamily::name));
        return families;
    }
}
