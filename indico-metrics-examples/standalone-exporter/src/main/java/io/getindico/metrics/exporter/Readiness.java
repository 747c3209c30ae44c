package io.getindico.metrics.exporter;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.util.List;

/** Whether there was a first good snapshot; once there was, it stays so. */
final class Readiness {
    private final IndicoMetrics metrics;
    private volatile boolean ready;

    Readiness(IndicoMetrics metrics) {
        this.metrics = metrics;
    }

    boolean isReady() {
        if (!ready) {
            ready = isComplete(metrics.status().collectors());
        }
        return ready;
    }

    /** Every collector that a scrape waits for was tried, and what can run gave values. */
    private static boolean isComplete(List<CollectorStatus> collectors) {
        List<CollectorStatus> quick = collectors.stream()
                .filter(collector -> collector.refreshClass() != RefreshClass.HEAVY)
                .toList();
        List<CollectorStatus> decisive = quick.isEmpty() ? collectors : quick;
        return decisive.stream().noneMatch(collector -> collector.outcome() == Outcome.NEVER_RUN)
                && decisive.stream().anyMatch(collector -> collector.outcome() == Outcome.SUCCESS);
    }
}
