package io.getindico.metrics.collectors.database;

import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.StandbyServer;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

final class DatabaseCollectorTest extends CollectorContract {
    private static final String REPLAY = "indico_database_replay_timestamp_seconds";

    @Override
    protected MetricCollector collector() {
        return new DatabaseCollector();
    }

    @Override
    protected Set<String> familiesWithoutSeries() {
        return Set.of(REPLAY);
    }

    @Test
    void reportsAPrimary(IndicoDatabase database) {
        String version = database.dsl()
                .fetchSingle("SELECT split_part(current_setting('server_version'), ' ', 1)")
                .get(0, String.class);
        assertThat(values(database))
                .containsEntry("indico_database_info{role=\"primary\",server_version=\"" + version + "\"}", 1.0)
                .doesNotContainKey(REPLAY);
    }

    @Test
    void aStandbyShowsWhatItHasReplayed() throws IOException {
        try (StandbyServer standby = new StandbyServer()) {
            IndicoDatabase database = IndicoDatabase.create(standby.server(), IndicoRelease.newest());
            database.prepare();
            database.dsl().execute("CHECKPOINT");
            double before = clock(database);
            IndicoRows.into(database.dsl()).row(NEWS).insert();
            double after = clock(database);
            standby.becomeStandby();
            assertThat(values(database))
                    .hasEntrySatisfying(REPLAY, replayed -> assertThat(replayed).isBetween(before, after))
                    .anySatisfy(
                            (series, value) -> assertThat(series).startsWith("indico_database_info{role=\"standby\""));
        }
    }

    private static double clock(IndicoDatabase database) {
        return database.dsl()
                .fetchSingle("SELECT extract(epoch FROM clock_timestamp())::float8")
                .get(0, Double.class);
    }

    @Test
    void theSizeIsPostgresqls(IndicoDatabase database) {
        double before = size(database);
        assertThat(values(database))
                .hasEntrySatisfying(
                        "indico_database_size_bytes",
                        read -> assertThat(read).isBetween(before, Math.max(before, size(database))));
    }

    private static double size(IndicoDatabase database) {
        return database.dsl()
                .fetchSingle("SELECT pg_database_size(current_database())")
                .get(0, Double.class);
    }

    @Test
    void eachSchemaOfIndicoHasItsSize(IndicoDatabase database) {
        Map<String, Double> expected =
                database.dsl().fetch("""
                SELECT format('indico_schema_size_bytes{schema="%s"}', schemaname) AS series,
                  sum(pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass))::float8 AS bytes
                FROM pg_tables WHERE schemaname NOT LIKE 'pg\\_%' AND schemaname <> 'information_schema'
                GROUP BY 1""").intoMap(row -> row.get(0, String.class), row -> row.get(1, Double.class));
        SortedMap<String, Double> read = values(database);
        read.keySet().removeIf(series -> !series.startsWith("indico_schema_size_bytes"));
        assertThat(read).isEqualTo(expected).hasSizeGreaterThan(10);
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
