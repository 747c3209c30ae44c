package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.registry.PrometheusScrapeRequest;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The metrics of several Indicos in one registry. A registry accepts each name only once, so labels distinguish the
 * Indicos. The project's alerts and boards expect the label {@code instance_name}:
 *
 * <pre>{@code
 * IndicoMetrics geneva = IndicoMetrics.builder(first).discoverCollectors().label("instance_name", "geneva").build();
 * IndicoMetrics vienna = IndicoMetrics.builder(second).discoverCollectors().label("instance_name", "vienna").build();
 * IndicoMetricsGroup both = IndicoMetricsGroup.of(geneva, vienna).register(registry);
 * }</pre>
 *
 * <p>A scrape refreshes all of them at the same time, and never throws. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class IndicoMetricsGroup implements MultiCollector, AutoCloseable {
    private final List<IndicoMetrics> members;
    private final Registrations registrations = new Registrations(this);

    private IndicoMetricsGroup(List<IndicoMetrics> members) {
        this.members = members;
    }

    /**
     * Combines metrics into a group. The group takes ownership of its members and closes them.
     *
     * @param members at least one; they have the same label names, set with {@link IndicoMetricsBuilder#label}, and
     *     different label values; none of them is registered itself
     * @return a group; register it, and close it at the end
     * @throws IllegalArgumentException if the labels do not distinguish the members, or the members declare a metric
     *     differently
     */
    public static IndicoMetricsGroup of(IndicoMetrics... members) {
        List<IndicoMetrics> all = List.of(members);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("a group needs at least one member");
        }
        checkLabels(all);
        checkFamilies(all);
        return new IndicoMetricsGroup(all);
    }

    private static void checkLabels(List<IndicoMetrics> members) {
        List<Map<String, String>> labels =
                members.stream().map(IndicoMetrics::labels).toList();
        boolean sameNames = labels.stream().map(Map::keySet).distinct().count() == 1;
        boolean ownValues = labels.stream().distinct().count() == labels.size();
        if (!sameNames || !ownValues) {
            throw new IllegalArgumentException("got members with the labels " + labels
                    + ", expected the same label names and different values; set them with"
                    + " IndicoMetricsBuilder.label()");
        }
    }

    private static void checkFamilies(List<IndicoMetrics> members) {
        Map<String, String> declarations = new TreeMap<>();
        for (IndicoMetrics member : members) {
            for (MetricFamily family : member.families()) {
                String declaration = declaration(family);
                String other = declarations.putIfAbsent(FamilyNames.modelName(family), declaration);
                if (other != null && !other.equals(declaration)) {
                    throw new IllegalArgumentException("the members declare a metric differently: " + other + " and "
                            + declaration + "; exclude the collector in one of them, or use the same version in both");
                }
            }
        }
    }

    private static String declaration(MetricFamily family) {
        return family.type() + " " + family.name()
                + family.labels().stream().map(Label::name).toList() + " \"" + family.help() + "\"";
    }

    /**
     * Registers the group. {@link #close} unregisters it.
     *
     * @param registry the registry; it must not contain any of these names yet
     * @return this
     * @throws IllegalArgumentException if a name is taken
     * @throws IllegalStateException after {@link #close}
     */
    public IndicoMetricsGroup register(PrometheusRegistry registry) {
        registrations.add(registry);
        return this;
    }

    /**
     * Returns the requested families of all members.
     *
     * @param names selects the families by name
     * @param limit how long to wait for refreshes, which run at the same time; after that, the last good values are
     *     returned
     * @return the families, and whether this call waited for new values and got some
     */
    public Scrape scrape(Predicate<String> names, Duration limit) {
        long limitNanos = TimeUnit.NANOSECONDS.convert(limit);
        long start = System.nanoTime();
        List<Scrape.Pending> begun =
                members.stream().map(member -> member.begin(names)).toList();
        List<Scrape> ended = new ArrayList<>();
        for (Scrape.Pending scrape : begun) {
            long left = Math.max(0, limitNanos - (System.nanoTime() - start));
            ended.add(scrape.await(Duration.ofNanos(left)));
        }
        return new Scrape(merged(ended), ended.stream().anyMatch(Scrape::refreshed));
    }

    private static MetricSnapshots merged(List<Scrape> scrapes) {
        Map<String, List<MetricSnapshot>> byName = new LinkedHashMap<>();
        for (Scrape scrape : scrapes) {
            for (MetricSnapshot snapshot : scrape.metrics()) {
                byName.computeIfAbsent(snapshot.getMetadata().getPrometheusName(), name -> new ArrayList<>())
                        .add(snapshot);
            }
        }
        return new MetricSnapshots(
                byName.values().stream().map(FamilyValues::merged).toList());
    }

    @Override
    public MetricSnapshots collect() {
        return collect(name -> true);
    }

    /** Waits at most as long as the shortest wait limit of the members. */
    @Override
    public MetricSnapshots collect(Predicate<String> includedNames) {
        Duration limit = members.stream()
                .map(IndicoMetrics::waitLimit)
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return scrape(includedNames, limit).metrics();
    }

    @Override
    public MetricSnapshots collect(Predicate<String> includedNames, PrometheusScrapeRequest request) {
        return collect(includedNames);
    }

    @Override
    public List<MetricFamilyDescriptor> getMetricFamilyDescriptors() {
        return Descriptors.distinct(members.stream()
                .flatMap(member -> member.getMetricFamilyDescriptors().stream())
                .toList());
    }

    /** For clients before 1.7, which check only names. */
    @Override
    @Deprecated
    public List<String> getPrometheusNames() {
        return members.stream()
                .flatMap(member -> member.getPrometheusNames().stream())
                .distinct()
                .toList();
    }

    /**
     * Unregisters the group from the registries passed to {@link #register}, and closes all members. A host that called
     * {@code registry.register} itself must also call {@code registry.unregister}.
     */
    @Override
    public void close() {
        registrations.close();
        members.forEach(IndicoMetrics::close);
    }
}
