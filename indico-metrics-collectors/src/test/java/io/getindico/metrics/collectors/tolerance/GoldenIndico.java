package io.getindico.metrics.collectors.tolerance;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.IndicoDatabase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/** A database with golden rows to be changed, and one engine that reads it before and after. */
final class GoldenIndico implements AutoCloseable {
    private final IndicoDatabase database;
    private final GoldenCase golden;
    private final IndicoMetrics metrics;

    GoldenIndico(IndicoRelease release) {
        GoldenData data = GoldenData.of(release);
        database = IndicoDatabase.create(release);
        data.loadInto(database);
        golden = data.cases().get(0);
        metrics = IndicoMetrics.builder(database.dataSource())
                .discoverCollectors()
                .zone(golden.zone())
                .activeUserAge(golden.activeUserAge())
                .build();
    }

    DSLContext dsl() {
        return database.dsl();
    }

    void sql(String... statements) {
        DSLContext dsl = dsl();
        for (String statement : statements) {
            dsl.execute(statement);
        }
    }

    /** Which tables and columns each collector needs, among the rest. */
    List<CollectorStatus> collectors() {
        return metrics.status().collectors();
    }

    /** All gauges, to the last unit. */
    Gauges assertGolden() {
        return assertGoldenWithout(List.of());
    }

    /** All gauges but those of some collectors, which do not run. */
    Gauges assertGoldenWithout(List<String> skipped) {
        Gauges gauges = new Gauges(metrics.readOnce(golden.now()));
        assertThat(gauges.failures().keySet()).as("%s", gauges.failures()).containsExactlyInAnyOrderElementsOf(skipped);
        Map<String, Double> expected = new HashMap<>(golden.values());
        skipped.forEach(name -> gauges.collector(name).families().stream()
                .map(MetricFamily::name)
                .forEach(expected::remove));
        assertThat(gauges.values()).isEqualTo(expected);
        return gauges;
    }

    @Override
    public void close() {
        metrics.close();
        database.close();
    }
}
