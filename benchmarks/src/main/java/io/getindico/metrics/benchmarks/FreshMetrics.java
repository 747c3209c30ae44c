package io.getindico.metrics.benchmarks;

import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.api.engine.Status;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** The engine with the collectors of a profile, each of which has just been read. */
final class FreshMetrics implements AutoCloseable {
    private static final long LOOK_EVERY_NANOS = 10_000_000;

    private final IndicoMetrics metrics;

    FreshMetrics(DataSource dataSource, Profile profile) {
        // The clock must run: with a stopped one, timestamps and durations would be shorter in the exposition.
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), Words.NOW));
        IndicoMetricsBuilder builder = IndicoMetrics.builder(dataSource)
                .discoverCollectors()
                .profile(profile)
                .clock(clock);
        for (RefreshClass refreshClass : RefreshClass.values()) {
            builder.queryBudget(refreshClass, Ours.PATIENCE);
        }
        this.metrics = builder.build();
        try {
            readAll();
        } catch (RuntimeException e) {
            metrics.close();
            throw e;
        }
    }

    private void readAll() {
        long deadline = System.nanoTime() + Ours.PATIENCE.toNanos();
        metrics.warmUp();
        // A scrape does not wait for the heavy class, so this loop does.
        while (isAnyUnread() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
        metrics.status().collectors().forEach(Ours::check);
    }

    private boolean isAnyUnread() {
        return metrics.status().collectors().stream().anyMatch(status -> status.outcome() == Outcome.NEVER_RUN);
    }

    /** Returns the result of a scrape of all families. */
    MetricSnapshots scrape() {
        return metrics.scrape(name -> true, Ours.PATIENCE).metrics();
    }

    Status status() {
        return metrics.status();
    }

    @Override
    public void close() {
        metrics.close();
    }
}
