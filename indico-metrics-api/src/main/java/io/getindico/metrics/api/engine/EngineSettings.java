package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.RefreshClass;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The engine's settings, as the builder collected them. */
record EngineSettings(
        @Nullable ZoneId zone,
        Map<RefreshClass, Duration> ttls,
        Map<String, Duration> collectorTtls,
        @Nullable Duration maxAge,
        Map<RefreshClass, Duration> queryBudgets,
        Duration lockTimeout,
        @Nullable String workMem,
        int workers,
        double databaseShare,
        boolean timer,
        boolean allCollectorMetrics,
        Labels labels,
        TimeSource time) {
    Duration queryBudget(RefreshClass refreshClass) {
        return queryBudgets.getOrDefault(refreshClass, Duration.ZERO);
    }

    Duration longestQueryBudget() {
        return queryBudgets.values().stream().max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    Duration ttl(String collector, RefreshClass refreshClass) {
        Duration own = collectorTtls.get(collector);
        return own != null ? own : ttls.getOrDefault(refreshClass, Duration.ZERO);
    }

    /** How old a value of a family that does not depend on the clock may become; never less than the TTL. */
    Duration maxAge(RefreshClass refreshClass, Duration ttl) {
        if (maxAge == null) {
            return ttl.multipliedBy(2).plus(queryBudget(refreshClass));
        }
        return maxAge.compareTo(ttl) > 0 ? maxAge : ttl;
    }
}
