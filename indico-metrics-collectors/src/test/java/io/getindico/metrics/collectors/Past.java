package io.getindico.metrics.collectors;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.testing.HistoryText;
import io.getindico.metrics.testing.IndicoDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The past that a collector declares, day by day. */
public final class Past {
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    private Past() {}

    /** An instant at which there is a value. */
    public static Instant day(int number) {
        return FIRST.plus(Duration.ofDays(number));
    }

    /** The values of each series, from the first day on that has one. */
    public static Map<String, Collection<Double>> of(MetricCollector collector, IndicoDatabase database, int days) {
        try (IndicoMetrics metrics = IndicoMetrics.builder(database.dataSource())
                .collectors(collector)
                .extraFamilies(List.of("*"))
                .build()) {
            SortedMap<String, Collection<Double>> values = new TreeMap<>();
            HistoryText.of(metrics, FIRST, days).forEach((series, past) -> values.put(series, past.values()));
            return values;
        }
    }
}
