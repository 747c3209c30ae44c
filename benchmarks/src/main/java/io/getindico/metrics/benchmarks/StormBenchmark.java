package io.getindico.metrics.benchmarks;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.benchmarks.RefreshResult.Measurement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/** Measures the livesync gauges while category changes queue up. */
final class StormBenchmark {
    static final String LIVESYNC = "livesync";
    static final List<Integer> ENTRIES = List.of(50, 500, 5_000);

    private final Server server;
    private final Dataset dataset;
    private final Repetitions repetitions;

    StormBenchmark(Server server, Dataset dataset, Repetitions repetitions) {
        this.server = server;
        this.dataset = dataset;
        this.repetitions = repetitions;
    }

    static String nameOf(int entries) {
        return "storm-" + entries;
    }

    List<RefreshResult> run() throws SQLException {
        List<RefreshResult> results = new ArrayList<>();
        try {
            for (int entries : ENTRIES) {
                queue(server, dataset, entries);
                results.add(measure(entries));
            }
        } finally {
            queue(server, dataset, 0);
        }
        return results;
    }

    /** Adds so many entries about any categories, and takes away those of before. */
    static void queue(Server server, Dataset dataset, int entries) {
        server.execute(
                dataset.database(),
                "DELETE FROM plugin_livesync.queues WHERE id > "
                        + dataset.rows().counts().get("queued"),
                """
                INSERT INTO plugin_livesync.queues (id, agent_id, timestamp, processed, change, type, category_id)
                SELECT %1$d + i, 1, '2026-06-01', false, 3, 1, 1 + (hashint8(i) & 2147483647) %% %2$d
                FROM generate_series(1, %3$d) i""".formatted(
                                dataset.rows().counts().get("queued"),
                                dataset.rows().counts().get("categories"),
                                entries),
                "VACUUM ANALYZE plugin_livesync.queues");
    }

    private RefreshResult measure(int entries) throws SQLException {
        Machine machine = Machine.describe(server);
        DataSource dataSource = server.dataSource(dataset.database(), Conditions.DEFAULT.options());
        List<CollectorStatus> declarations = Ours.declarations(dataSource);
        Ours ours = new Ours(0);
        Plugin plugin = new Plugin(declarations);
        Set<String> livesync = Set.of(LIVESYNC);
        Meter meter = new Meter(server);
        List<Cost> oursCosts = new ArrayList<>();
        List<Cost> pluginCosts = new ArrayList<>();
        meter.measure(ours, dataSource, livesync);
        for (int run = 0; run < repetitions.runs(); run++) {
            oursCosts.add(meter.measure(ours, dataSource, livesync));
            if (run < repetitions.of(plugin)) {
                pluginCosts.add(meter.measure(plugin, dataSource, livesync));
            }
        }
        return new RefreshResult(
                nameOf(entries),
                entries + " category changes",
                dataset.factor(),
                machine,
                List.of(
                        new Measurement(ours.name(), LIVESYNC, oursCosts),
                        new Measurement(plugin.name(), LIVESYNC, pluginCosts)));
    }
}
