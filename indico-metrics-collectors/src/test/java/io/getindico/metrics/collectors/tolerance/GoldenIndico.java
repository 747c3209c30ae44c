package io.getindico.metrics.collectors.tolerance;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.collectors.Gauges;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.IndicoDatabase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
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
        Gauges gauges = assertGoldenWithout((collector, query) -> skipped.contains(collector.name()));
        assertThat(gauges.failures()).containsOnlyKeys(skipped);
        return gauges;
    }

    /** All gauges but those of some queries, which do not run. */
    Gauges assertGoldenWithoutQueries(Predicate<CollectorStatus.Query> skipped) {
        return assertGoldenWithout((collector, query) -> skipped.test(query));
    }

    /** All other queries run, but for those that need a newer Indico. */
    private Gauges assertGoldenWithout(BiPredicate<CollectorStatus, CollectorStatus.Query> skipped) {
        Gauges gauges = new Gauges(metrics.readOnce(golden.now()));
        Map<String, Double> expected = new HashMap<>(golden.values());
        for (CollectorStatus collector : gauges.reading().status().collectors()) {
            for (CollectorStatus.Query query : collector.queries()) {
                boolean isSkipped = skipped.test(collector, query);
                if (query.skipReason() != SkipReason.RELEASE) {
                    assertThat(query.outcome() == Outcome.SUCCESS)
                            .as("%s: %s", query.families(), query.detail())
                            .isEqualTo(!isSkipped);
                }
                if (isSkipped) {
                    query.families().forEach(family -> expected.remove(family.name()));
                }
            }
        }
        assertThat(gauges.values()).isEqualTo(expected);
        return gauges;
    }

    @Override
    public void close() {
        metrics.close();
        database.close();
    }
}
