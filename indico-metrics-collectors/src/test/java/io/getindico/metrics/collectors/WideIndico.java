package io.getindico.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.WideCase;
import io.getindico.metrics.testing.WideData;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A database with the golden rows of the wider catalogue. */
final class WideIndico implements AutoCloseable {
    private static final Set<String> KNOWN = WideData.families();

    private final IndicoDatabase database;
    private final List<WideCase> cases;

    WideIndico(IndicoRelease release) {
        database = IndicoDatabase.create(release);
        WideData.of(release).loadInto(database);
        cases = WideData.cases(release);
    }

    List<WideCase> cases() {
        return cases;
    }

    /** Whether the catalogue has the values of a family. */
    static boolean knows(MetricFamily family) {
        return KNOWN.contains(family.name());
    }

    /** Reads as of a case; a query may be missing only because this Indico is too old for it. */
    Reading read(WideCase wide, MetricCollector... collectors) {
        try (IndicoMetrics metrics = IndicoMetrics.builder(database.dataSource())
                .collectors(collectors)
                .extraFamilies(List.of("*"))
                .zone(wide.zone())
                .build()) {
            Reading reading = metrics.readOnce(wide.now());
            assertThat(new Gauges(reading).failures()).isEmpty();
            return reading;
        }
    }

    /** Describes in words where families differ from the catalogue in any case. */
    List<String> differences(MetricCollector... collectors) {
        List<String> differences = new ArrayList<>();
        for (WideCase wide : cases) {
            Reading reading = read(wide, collectors);
            for (MetricCollector collector : collectors) {
                collector.families().stream()
                        .filter(WideIndico::knows)
                        .forEach(family -> differences.addAll(wide.differences(family, reading)));
            }
        }
        return differences;
    }

    @Override
    public void close() {
        database.close();
    }
}
