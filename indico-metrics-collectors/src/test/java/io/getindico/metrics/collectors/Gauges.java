package io.getindico.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** What the built-in collectors gave in one reading, the engine's own metrics left out. */
public record Gauges(Reading reading) {
    /** The gauges of Indico's own plugin, whose values are known. A reading may contain others too. */
    public static final Set<String> PLUGIN = Set.copyOf(
            GoldenData.of(GoldenData.releases().get(0)).cases().get(0).values().keySet());

    /** The built-in collectors. */
    public static List<MetricCollector> collectors() {
        return ServiceLoader.load(MetricCollector.class, Gauges.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /** For declarations and for what queries read, which the engine knows without a database. */
    static DataSource noDatabase() {
        return (DataSource) Proxy.newProxyInstance(
                Gauges.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException("nothing is asked of a database");
                });
    }

    /** Reads through the engine, as a host does, with the collectors that it discovers. */
    public static Gauges read(DataSource dataSource, Instant at, UnaryOperator<IndicoMetricsBuilder> settings) {
        IndicoMetricsBuilder builder = IndicoMetrics.builder(dataSource).discoverCollectors();
        try (IndicoMetrics metrics = settings.apply(builder).build()) {
            return new Gauges(metrics.readOnce(at));
        }
    }

    /** Reads under the circumstances of a case. */
    public static Gauges read(DataSource dataSource, GoldenCase golden, UnaryOperator<IndicoMetricsBuilder> settings) {
        return read(dataSource, golden.now(), builder -> settings.apply(configure(builder, golden)));
    }

    /** The settings that the values of a case hold for. */
    public static IndicoMetricsBuilder configure(IndicoMetricsBuilder builder, GoldenCase golden) {
        return builder.extraFamilies(List.of("*"))
                .zone(golden.zone())
                .setting("active_users", "age", golden.activeUserAge().toSeconds() + "s");
    }

    /** The plugin's gauges, by name; one of them that is not of one series without labels is an error. */
    public SortedMap<String, Double> values() {
        SortedMap<String, Double> values = new TreeMap<>();
        reading.metrics().stream()
                .filter(metric -> PLUGIN.contains(metric.getMetadata().getPrometheusName()))
                .forEach(metric -> values.put(metric.getMetadata().getPrometheusName(), value(metric)));
        return values;
    }

    /** One value of any gauge without labels, after a success of its collector. */
    public double value(String gauge) {
        List<MetricSnapshot> found = reading.metrics().stream()
                .filter(metric -> metric.getMetadata().getPrometheusName().equals(gauge))
                .toList();
        assertThat(found).as("%s, read with %s", gauge, failures()).hasSize(1);
        return value(found.get(0));
    }

    private static double value(MetricSnapshot metric) {
        assertThat(metric).isInstanceOf(GaugeSnapshot.class);
        assertThat(metric.getDataPoints()).hasSize(1);
        var point = ((GaugeSnapshot) metric).getDataPoints().get(0);
        assertThat((Object) point.getLabels()).isEqualTo(Labels.EMPTY);
        return point.getValue();
    }

    /** How a collector ended. */
    public CollectorStatus collector(String name) {
        return reading.status().collectors().stream()
                .filter(collector -> collector.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /**
     * The names of the collectors of which a query did not succeed, each with why. A query that needs a newer Indico than
     * this one is no failure.
     */
    public SortedMap<String, String> failures() {
        SortedMap<String, String> failures = new TreeMap<>();
        reading.status().collectors().stream()
                .filter(collector -> collector.queries().stream().anyMatch(Gauges::isFailure))
                .forEach(collector -> failures.put(collector.name(), details(collector)));
        return failures;
    }

    private static boolean isFailure(CollectorStatus.Query query) {
        return query.outcome() != Outcome.SUCCESS && query.skipReason() != SkipReason.RELEASE;
    }

    private static String details(CollectorStatus collector) {
        return collector.queries().stream()
                .filter(Gauges::isFailure)
                .map(query -> query.families() + ": " + query.detail())
                .collect(Collectors.joining("; "));
    }

    /** The columns that the queries of a collector read, by table. */
    public static SortedMap<String, SortedSet<String>> columns(CollectorStatus collector) {
        SortedMap<String, SortedSet<String>> columns = new TreeMap<>();
        collector
                .queries()
                .forEach(query -> query.columns()
                        .forEach((table, names) -> columns.computeIfAbsent(table, key -> new TreeSet<>())
                                .addAll(names)));
        return columns;
    }
}
