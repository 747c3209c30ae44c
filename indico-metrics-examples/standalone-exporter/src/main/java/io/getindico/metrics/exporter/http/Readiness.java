package io.getindico.metrics.exporter.http;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.util.List;

/** How far the exporter has got since it started. */
public final class Readiness {
    private final IndicoMetrics metrics;

    public Readiness(IndicoMetrics metrics) {
        this.metrics = metrics;
    }

    /**
     * Whether every collector that a scrape waits for has been tried once. The result does not matter: Prometheus must
     * scrape an exporter whose database is down, to learn that it is down.
     */
    boolean isReady() {
        return areTried(quick(metrics.status().collectors()));
    }

    /** Whether there is also a first good snapshot. */
    public boolean hasValues() {
        List<CollectorStatus> collectors = metrics.status().collectors();
        List<CollectorStatus> quick = quick(collectors);
        List<CollectorStatus> decisive = quick.isEmpty() ? collectors : quick;
        return areTried(decisive) && decisive.stream().anyMatch(Readiness::hasValues);
    }

    /** Whether also every heavy collector has been tried, so that a scrape lacks nothing. */
    public boolean isComplete() {
        List<CollectorStatus> collectors = metrics.status().collectors();
        return areTried(collectors) && collectors.stream().anyMatch(Readiness::hasValues);
    }

    private static boolean hasValues(CollectorStatus collector) {
        return collector.outcome() == Outcome.SUCCESS || collector.outcome() == Outcome.PARTIAL;
    }

    private static List<CollectorStatus> quick(List<CollectorStatus> collectors) {
        return collectors.stream()
                .filter(collector -> collector.refreshClass() != RefreshClass.HEAVY)
                .toList();
    }

    private static boolean areTried(List<CollectorStatus> collectors) {
        return collectors.stream().noneMatch(collector -> collector.outcome() == Outcome.NEVER_RUN);
    }
}
