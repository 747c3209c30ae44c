package io.getindico.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.IndicoDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A migration rewrites a table after our snapshot and before our first read. The snapshot then has none of its rows.
 */
class RewrittenTablesTest {
    private static final GoldenData DATA =
            GoldenData.of(GoldenData.releases().get(GoldenData.releases().size() - 1));

    /** Its name makes it run first. */
    record Migration(IndicoDatabase database, String table) implements MetricCollector {
        private static final MetricFamily DONE =
                MetricFamily.gauge("test_migration").help("A test metric.").build();

        @Override
        public String name() {
            return "a_migration";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(DONE);
        }

        /** The engine calls this first at the epoch, to learn the queries, and again when it has the snapshot. */
        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            if (!context.now().equals(Instant.EPOCH)) {
                database.dsl().execute("ALTER TABLE " + table + " ADD COLUMN migrated float DEFAULT random()");
            }
            return List.of(FamilyQuery.withoutFrom().value(DONE, Value.scalar(DSL.inline(1))));
        }
    }

    @Test
    @Tag("slow")
    void allGaugesEqualThePluginsForEachTable() {
        GoldenCase golden = DATA.cases().get(0);
        try (IndicoDatabase database = IndicoDatabase.create(DATA.release())) {
            DATA.loadInto(database);
            Set<String> tables = tables(database, golden);
            assertThat(tables).hasSizeGreaterThan(10);
            for (String table : tables) {
                Gauges gauges = read(database, golden, new Migration(database, table));
                assertThat(gauges.value("test_migration")).as(table).isEqualTo(1);
                assertThat(gauges.failures()).as(table).isEmpty();
                assertThat(gauges.values()).as(table).isEqualTo(golden.values());
            }
        }
    }

    private static Set<String> tables(IndicoDatabase database, GoldenCase golden) {
        Set<String> tables = new TreeSet<>();
        read(database, golden)
                .reading()
                .status()
                .collectors()
                .forEach(collector -> tables.addAll(Gauges.columns(collector).keySet()));
        return tables;
    }

    private static Gauges read(IndicoDatabase database, GoldenCase golden, MetricCollector... more) {
        return Gauges.read(database.dataSource(), golden, settings -> settings.collectors(more));
    }
}
