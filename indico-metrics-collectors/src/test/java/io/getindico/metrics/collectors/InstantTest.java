package io.getindico.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.WideCase;
import io.getindico.metrics.testing.WideData;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A reading as of an instant has the values that it would have at that time. */
class InstantTest {
    /** {@code once --at} gives what a scrape at that instant gives: nothing asks the clock of the server. */
    @Test
    void aReadingAtAnInstantEqualsAReadingOfTheClockAtThatInstant() {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.V3_3_14)) {
            WideData.of(IndicoRelease.V3_3_14).loadInto(database);
            WideCase wide = WideData.cases(IndicoRelease.V3_3_14).get(0);
            IndicoMetricsBuilder builder = IndicoMetrics.builder(database.dataSource())
                    .discoverCollectors()
                    // The database grows between two readings.
                    .exclude(List.of("database"))
                    .zone(wide.zone());
            try (IndicoMetrics now = builder.build();
                    IndicoMetrics then = builder.clock(Clock.fixed(wide.now(), ZoneOffset.UTC))
                            .build()) {
                assertThat(values(now.readOnce(wide.now())))
                        .hasSizeGreaterThan(100)
                        .isEqualTo(values(then.readOnce(null)));
            }
        }
    }

    private static Map<String, SortedMap<Labels, Double>> values(Reading reading) {
        return reading.status().collectors().stream()
                .map(CollectorStatus::families)
                .flatMap(List::stream)
                .distinct()
                .collect(Collectors.toMap(MetricFamily::name, family -> WideCase.read(family, reading)));
    }
}
