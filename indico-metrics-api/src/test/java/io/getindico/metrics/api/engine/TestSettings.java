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
    private final Map<RefreshClass, Duration> ttls = new EnumMap<>(Map.of(
            RefreshClass.LIVE, Duration.ofSeconds(55),
            RefreshClass.STANDARD, Duration.ofSeconds(285),
            RefreshClass.HEAVY, Duration.ofMinutes(30)));
    private final Map<String, Duration> collectorTtls = new HashMap<>();
    private RefreshMode mode = RefreshMode.ON_SCRAPE;
    private @Nullable Duration maxAge;
    private @Nullable ZoneId zone;
    private Labels labels = Labels.EMPTY;
    private TimeSource time = TimeSource.system();

    TestSettings ttl(RefreshClass refreshClass, Duration ttl) {
        ttls.put(refreshClass, ttl);
        return this;
    }

    TestSettings ttl(String collector, Duration ttl) {
        collectorTtls.put(collector, ttl);
        return this;
    }

    TestSettings maxAge(Duration age) {
        this.maxAge = age;
        return this;
    }

    TestSettings mode(RefreshMode refreshMode) {
        this.mode = refreshMode;
        return this;
    }

    TestSettings zone(ZoneId indicoZone) {
        this.zone = indicoZone;
        return this;
    }

    TestSettings labels(Labels ofInstance) {
        this.labels = ofInstance;
        return this;
    }

    TestSettings time(TimeSource source) {
        this.time = source;
        return this;
    }

    Settings build() {
        return new Settings(
                zone,
                Duration.ofDays(2),
                Map.copyOf(ttls),
                Map.copyOf(collectorTtls),
                maxAge,
                Map.of(
                        RefreshClass.LIVE, Duration.ofSeconds(2),
                        RefreshClass.STANDARD, Duration.ofSeconds(10),
                        RefreshClass.HEAVY, Duration.ofSeconds(120)),
                Duration.ofSeconds(1),
                null,
                0,
                mode,
                labels,
                time);
    }
}
