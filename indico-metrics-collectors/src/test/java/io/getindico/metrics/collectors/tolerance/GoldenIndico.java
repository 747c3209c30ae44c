package io.getindico.metrics.collectors.tolerance;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.IndicoDatabase;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
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
        metrics = Gauges.configure(IndicoMetrics.builder(database.dataSource()).discoverCollectors(), golden)
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

    /** All queries, with the tables and columns that each needs; none before the first reading. */
    List<CollectorStatus.Query> queries() {
        return metrics.status().collectors().stream()
                .flatMap(collector -> collector.queries().stream())
                .toList();
    }

    /** All gauges of the plugin, to the last unit. A query for another family may be skipped; none may fail. */
    Gauges assertGoldenOnAnyRelease() {
        Gauges gauges = new Gauges(metrics.readOnce(golden.now()));
        assertThat(gauges.reading().status().collectors())
                .flatExtracting(CollectorStatus::queries)
                .allSatisfy(this::assertReadOrTooNew);
        assertThat(gauges.values()).isEqualTo(golden.values());
        return gauges;
    }

    /** A query is skipped for the release exactly where this schema lacks something that it reads. */
    private void assertReadOrTooNew(CollectorStatus.Query query) {
        SkipReason reason = hasAll(query.columns()) ? null : SkipReason.RELEASE;
        assertThat(query.skipReason())
                .as("%s: %s; correct its since()", query.families(), query.detail())
                .isEqualTo(reason);
        assertThat(query.failureReason()).as(query.detail()).isNull();
    }

    private boolean hasAll(SortedMap<String, SortedSet<String>> columns) {
        return columns.entrySet().stream().allMatch(entry -> {
            List<String> there = database.dsl()
                    .fetch(
                            "SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0"
                                    + " AND NOT attisdropped",
                            entry.getKey())
                    .getValues(0, String.class);
            return !there.isEmpty() && there.containsAll(entry.getValue());
        });
    }

    /** All gauges, to the last unit. */
    Gauges assertGolden() {
        return assertGoldenWithout(List.of());
    }

    /** All gauges but those of some collectors, of which no query runs. */
    Gauges assertGoldenWithout(List<String> skipped) {
        List<MetricFamily> families = metrics.status().collectors().stream()
                .filter(collector -> skipped.contains(collector.name()))
                .flatMap(collector -> collector.families().stream())
                .toList();
        Gauges gauges = assertGoldenWithoutFamilies(families);
        assertThat(gauges.failures()).containsOnlyKeys(skipped);
        return gauges;
    }

    /** All gauges but some, whose queries do not run while all others do, those that need a newer Indico left out. */
    Gauges assertGoldenWithoutFamilies(Collection<MetricFamily> skipped) {
        Gauges gauges = new Gauges(metrics.readOnce(golden.now()));
        assertThat(gauges.reading().status().collectors())
                .flatExtracting(CollectorStatus::queries)
                .filteredOn(query -> query.skipReason() != SkipReason.RELEASE)
                .allSatisfy(query -> assertThat(query.outcome() == Outcome.SUCCESS)
                        .as("%s: %s", query.families(), query.detail())
                        .isEqualTo(query.families().stream().noneMatch(skipped::contains)));
        Map<String, Double> expected = new HashMap<>(golden.values());
        skipped.forEach(family -> expected.remove(family.name()));
        assertThat(gauges.values()).isEqualTo(expected);
        return gauges;
    }

    @Override
    public void close() {
        metrics.close();
        database.close();
    }
}
