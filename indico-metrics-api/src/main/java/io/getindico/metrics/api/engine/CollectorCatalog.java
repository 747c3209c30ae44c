package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricFamily;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The collectors of one engine, by name. Rejects collectors whose names or families clash. */
final class CollectorCatalog {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    private final List<RegisteredCollector> collectors;
    private final List<RegisteredCollector> off;
    private final Set<MetricFamily> families = new LinkedHashSet<>();

    private CollectorCatalog(List<RegisteredCollector> collectors, Collection<RegisteredCollector> off) {
        this.collectors = collectors;
        collectors.forEach(collector -> families.addAll(collector.families()));
        this.off = off.stream()
                .map(collector -> collector.withFamilies(families::contains))
                .filter(collector -> !collector.families().isEmpty())
                .toList();
    }

    /**
     * Creates a catalog, after checking the collectors.
     *
     * @param off collectors that the host has excluded; a family that they also feed must not look complete without
     *     them
     */
    static CollectorCatalog of(Collection<RegisteredCollector> collectors, Collection<RegisteredCollector> off) {
        Map<String, RegisteredCollector> byName = new TreeMap<>();
        Map<String, Claim> claims = new TreeMap<>();
        for (RegisteredCollector registered : collectors) {
            check(registered);
            RegisteredCollector other = byName.put(registered.name(), registered);
            if (other != null) {
                throw new IllegalArgumentException("two collectors are named '" + registered.name() + "': "
                        + other.className() + " and " + registered.className() + "; rename or leave out one");
            }
            registered.collector().families().forEach(family -> claim(family, registered, claims));
        }
        return new CollectorCatalog(List.copyOf(byName.values()), off);
    }

    private static void check(RegisteredCollector collector) {
        if (!NAME.matcher(collector.name()).matches()) {
            throw new IllegalArgumentException("collector name '" + collector.name() + "' of " + collector.className()
                    + ": expected lower-case letters, digits and underscores");
        }
        if (collector.collector().families().isEmpty()) {
            throw new IllegalArgumentException("collector '" + collector.name() + "' declares no metric families");
        }
    }

    private record Claim(MetricFamily family, RegisteredCollector collector) {
        /** Collectors with the same refresh class may feed one family together if they use the same constant. */
        boolean isSharedWith(Claim other) {
            return family.equals(other.family)
                    && !collector.equals(other.collector)
                    && collector.refreshClass() == other.collector.refreshClass();
        }

        String owner() {
            return "collector '" + collector.name() + "' (" + collector.className() + ")";
        }
    }

    private static void claim(MetricFamily family, RegisteredCollector collector, Map<String, Claim> claims) {
        Claim claim = new Claim(family, collector);
        String name = FamilyNames.modelName(family);
        boolean isOurs = SelfMetrics.families().stream()
                .anyMatch(own -> FamilyNames.modelName(own).equals(name));
        Claim other = claims.put(name, claim);
        if (isOurs || (other != null && !claim.isSharedWith(other))) {
            throw new IllegalArgumentException("metric '" + family.name() + "' is declared by "
                    + (isOurs || other == null ? "the engine itself" : other.owner()) + " and by " + claim.owner()
                    + ifOnlyClassesDiffer(claim, other));
        }
    }

    private static String ifOnlyClassesDiffer(Claim claim, @Nullable Claim other) {
        boolean isOnlyClass = other != null
                && claim.family().equals(other.family())
                && !claim.collector().equals(other.collector());
        return isOnlyClass ? "; collectors that feed one family must have the same refresh class" : "";
    }

    List<RegisteredCollector> all() {
        return collectors;
    }

    /** The excluded collectors that share a family with an enabled one, reduced to these families. */
    List<RegisteredCollector> off() {
        return off;
    }

    boolean isAnyOwned(Predicate<String> names) {
        return families.stream().anyMatch(family -> FamilyNames.matches(family, names));
    }

    /** The distinct families of all collectors. */
    Set<MetricFamily> collectedFamilies() {
        return families;
    }

    /** The families of all collectors and the engine's own, sorted by name. */
    List<MetricFamily> families(boolean allCollectorMetrics) {
        List<MetricFamily> all = new ArrayList<>(SelfMetrics.families(allCollectorMetrics));
        all.addAll(families);
        all.sort(Comparator.comparing(MetricFamily::name));
        return all;
    }
}
