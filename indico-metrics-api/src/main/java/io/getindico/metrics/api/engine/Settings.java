package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.RefreshClass;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the builder gathered. */
record Settings(
        @Nullable ZoneId zone,
        Duration activeUserAge,
        Map<RefreshClass, Duration> ttls,
        Map<String, Duration> collectorTtls,
        @Nullable Duration maxAge,
        Map<RefreshClass, Duration> queryBudgets,
        Duration lockTimeout,
        @Nullable String workMem,
        int workers,
        RefreshMode refreshMode,
        TimeSource time) {
    Duration queryBudget(RefreshClass refreshClass) {
        return queryBudgets.getOrDefault(refreshClass, Duration.ZERO);
    }

    Duration longestQueryBudget() {
        return queryBudgets.values().stream().max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    Duration ttl(RegisteredCollector collector) {
        Duration own = collectorTtls.get(collector.name());
        return own != null ? own : ttls.getOrDefault(collector.refreshClass(), Duration.ZERO);
    }

    /** How old a value of a family that does not depend on the clock may become. */
    Duration maxAge(RegisteredCollector collector, Duration ttl) {
        return maxAge != null ? maxAge : ttl.multipliedBy(2).plus(queryBudget(collector.refreshClass()));
    }
}
