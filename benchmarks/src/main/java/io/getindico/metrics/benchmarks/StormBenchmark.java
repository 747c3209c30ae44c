package io.getindico.metrics.benchmarks;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Measures the livesync gauges while category changes queue up. */
final class StormBenchmark {
    static final String NAME = "storm";

    private static final List<Integer> ENTRIES = List.of(50, 500, 5_000);

    private final Server server;
    private final Dataset dataset;
    private final Repetitions repetitions;
    private final List<Cost> ours = new ArrayList<>();
    private final List<Cost> plugin = new ArrayList<>();

    StormBenchmark(Server server, Dataset dataset, Repetitions repetitions) {
        this.server = server;
        this.dataset = dataset;
        this.repetitions = repetitions;
    }

    Section run() throws SQLException {
        Table table = new Table("queue | ours | plugin | plugin / ours | runs (plugin's)");
        try {
            for (int entries : ENTRIES) {
                queue(entries);
                measure(entries, table);
            }
        } finally {
            queue(0);
        }
        SortedMap<String, List<@Nullable Double>> walls = new TreeMap<>();
        walls.put("ours", ours.stream().<@Nullable Double>map(Cost::wallSeconds).toList());
        walls.put(
                "plugin",
                plugin.stream().<@Nullable Double>map(Cost::wallSeconds).toList());
        Cost most = ours.get(ours.size() - 1);
        return Section.of(
                        "Livesync storm",
                        table,
                        Target.ratio(
                                "livesync with " + title(5_000) + ", as a fraction of the plugin's",
                                1 / 100.0,
                                most,
                                plugin.get(plugin.size() - 1)),
                        Target.ratio(
                                "livesync with " + title(5_000) + ", as a multiple of " + title(50),
                                1.5,
                                most,
                                ours.get(0)))
                .with(new Plot(
                        "storm",
                        "Time of the livesync gauges by the number of category changes",
                        "Livesync gauges",
                        "category changes",
                        "seconds",
                        ENTRIES,
                        walls));
    }

    private static String title(int entries) {
        return entries + " category changes";
    }

    /** Deletes the entries that were queued before, and queues this many entries about random categories. */
    private void queue(int entries) {
        server.execute(
                dataset.database(),
                "DELETE FROM plugin_livesync.queues WHERE id > "
                        + dataset.rows().counts().get("queued"),
                """
                INSERT INTO plugin_livesync.queues (id, agent_id, timestamp, processed, change, type, category_id)
                SELECT %1$d + i, 1, '2026-06-01', false, 3, 1, 1 + (hashint8(i) & 2147483647) %% %2$d
                FROM generate_series(1, %3$d) i\
                """.formatted(
                                dataset.rows().counts().get("queued"),
                                dataset.rows().counts().get("categories"),
                                entries),
                "VACUUM ANALYZE plugin_livesync.queues");
    }

    private void measure(int entries, Table table) throws SQLException {
        DataSource dataSource = server.dataSource(dataset.database(), Conditions.DEFAULT.options());
        Contender engine = new Ours(0);
        Contender queries = new Plugin(Ours.declarations(dataSource));
        Set<String> livesync = Set.of("livesync");
        Meter meter = new Meter(server);
        List<Cost> engineCosts = new ArrayList<>();
        List<Cost> queryCosts = new ArrayList<>();
        meter.measure(engine, dataSource, livesync);
        for (int run = 0; run < repetitions.runs(); run++) {
            engineCosts.add(meter.measure(engine, dataSource, livesync));
            if (run < repetitions.of(queries)) {
                queryCosts.add(meter.measure(queries, dataSource, livesync));
            }
        }
        ours.add(Cost.median(engineCosts));
        plugin.add(Cost.median(queryCosts));
        double oursSeconds = Cost.median(engineCosts).wallSeconds();
        double pluginSeconds = Cost.median(queryCosts).wallSeconds();
        table.row(
                title(entries),
                Table.seconds(oursSeconds),
                Table.seconds(pluginSeconds),
                Table.ratio(pluginSeconds, oursSeconds),
                "%d (%d)".formatted(engineCosts.size(), queryCosts.size()));
    }
}
