package io.getindico.metrics.benchmarks;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Reading;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * The collectors of the plugin's gauges. The engine runs them as it does for a host: in one transaction, on one
 * connection.
 */
record Ours(int workers) implements Contender {
    /** Long, because a slow run on a busy machine is also a measurement. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    @Override
    public Name name() {
        return Name.OURS;
    }

    @Override
    public Reader prepare(DataSource dataSource, Set<String> collectors) {
        return new EngineReader(IndicoMetrics.builder(dataSource)
                .discoverCollectors()
                .profile(Profile.COMPATIBLE)
                .include(collectors)
                .workers(workers)
                .queryBudget(RefreshClass.HEAVY, PATIENCE)
                .build());
    }

    /** Returns all collectors, with the columns that their queries read. */
    static List<CollectorStatus> declarations(DataSource dataSource) {
        try (IndicoMetrics metrics = IndicoMetrics.builder(dataSource)
                .discoverCollectors()
                .profile(Profile.COMPATIBLE)
                .build()) {
            return metrics.readOnce(null).status().collectors();
        }
    }

    /** Fails if a collector did not return its values. */
    static void check(CollectorStatus status) {
        if (status.outcome() != Outcome.SUCCESS) {
            throw new IllegalStateException(status.name() + ": " + status.outcome() + ": " + status.detail());
        }
    }

    private record EngineReader(IndicoMetrics metrics) implements Reader {
        @Override
        public SortedMap<String, Double> read() {
            Reading reading = metrics.readOnce(Words.NOW);
            List<CollectorStatus> statuses = reading.status().collectors();
            statuses.forEach(Ours::check);
            Set<String> gauges = statuses.stream()
                    .flatMap(status -> status.families().stream())
                    .map(MetricFamily::name)
                    .collect(Collectors.toSet());
            SortedMap<String, Double> values = new TreeMap<>();
            for (MetricSnapshot metric : reading.metrics()) {
                String name = metric.getMetadata().getPrometheusName();
                if (gauges.contains(name) && metric instanceof GaugeSnapshot gauge) {
                    values.put(name, gauge.getDataPoints().get(0).getValue());
                }
            }
            return values;
        }

        @Override
        public void close() {
            metrics.close();
        }
    }
}
