package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.RefreshClass;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The defaults of the builder, and what a test sets otherwise. */
final class TestSettings {
    private final Map<RefreshClass, Duration> ttls = new EnumMap<>(RefreshClass.class);
    private final Map<RefreshClass, Duration> queryBudgets = new EnumMap<>(RefreshClass.class);
    private final Map<String, Duration> collectorTtls = new HashMap<>();
    private boolean timer;
    private double databaseShare = 0.01;
    private @Nullable Duration maxAge;
    private @Nullable ZoneId zone;
    private boolean allCollectorMetrics;
    private Labels labels = Labels.EMPTY;
    private TimeSource time = TimeSource.system();

    TestSettings() {
        for (RefreshClass refreshClass : RefreshClass.values()) {
            ttls.put(refreshClass, refreshClass.defaultTtl());
            queryBudgets.put(refreshClass, refreshClass.defaultQueryBudget());
        }
    }

    TestSettings ttl(RefreshClass refreshClass, Duration ttl) {
        ttls.put(refreshClass, ttl);
        return this;
    }

    TestSettings ttl(String collector, Duration ttl) {
        collectorTtls.put(collector, ttl);
        return this;
    }

    TestSettings queryBudget(RefreshClass refreshClass, Duration budget) {
        queryBudgets.put(refreshClass, budget);
        return this;
    }

    TestSettings maxAge(Duration age) {
        this.maxAge = age;
        return this;
    }

    TestSettings timer() {
        this.timer = true;
        return this;
    }

    TestSettings databaseShare(double share) {
        this.databaseShare = share;
        return this;
    }

    TestSettings zone(ZoneId indicoZone) {
        this.zone = indicoZone;
        return this;
    }

    TestSettings allCollectorMetrics() {
        this.allCollectorMetrics = true;
        return this;
    }

    TestSettings labels(Labels instanceLabels) {
        this.labels = instanceLabels;
        return this;
    }

    TestSettings time(TimeSource source) {
        this.time = source;
        return this;
    }

    EngineSettings build() {
        return new EngineSettings(
                zone,
                Map.copyOf(ttls),
                Map.copyOf(collectorTtls),
                maxAge,
                Map.copyOf(queryBudgets),
                Duration.ofSeconds(1),
                null,
                0,
                databaseShare,
                timer,
                allCollectorMetrics,
                labels,
                time);
    }
}
