package io.getindico.metrics.benchmarks;

import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends statements as Indico does, while heavy refreshes run back to back, and while a backfill runs. */
final class NeighbourBenchmark {
    private static final Logger LOG = LoggerFactory.getLogger(NeighbourBenchmark.class);
    static final String NAME = "neighbours";

    private static final int SECONDS = 30;
    private static final long READ_EVERY_NANOS = 5_000_000;
    private static final long WRITE_EVERY_NANOS = 20_000_000;
    private static final long SAMPLE_EVERY_NANOS = 20_000_000;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final String NEIGHBOUR = "neighbour";

    private static final List<String> READS = List.of(
            "SELECT * FROM events.events WHERE id = ?",
            "SELECT * FROM events.contributions WHERE event_id = ?",
            "SELECT f.id, a.* FROM attachments.folders f JOIN attachments.attachments a ON a.folder_id = f.id"
                    + " WHERE f.linked_event_id = ?");

    private final Server server;
    private final Dataset dataset;
    private final Exporters exporters;
    private final Map<String, Long> counts;
    private volatile long end;

    NeighbourBenchmark(Server server, Dataset dataset, Path cache) throws IOException {
        this.server = server;
        this.dataset = dataset;
        this.exporters = new Exporters(server, dataset, cache);
        this.counts = dataset.rows().counts();
    }

    /** What runs beside the statements: a refresh, or a pause. */
    private interface Load {
        void run() throws SQLException;
    }

    /** The latencies of Indico's statements beside one load. */
    private record Beside(String what, Latencies reads, Latencies writes) {}

    Section run() throws Exception {
        Machine machine = Machine.describe(server);
        DataSource dataSource = server.dataSource(dataset.database(), Conditions.DEFAULT.options());
        List<CollectorStatus> declarations = Ours.declarations(dataSource);
        try (IndicoMetrics compatible = heavy(dataSource, Profile.COMPATIBLE);
                IndicoMetrics usual = heavy(dataSource, Profile.DEFAULT);
                Contender.Reader plugin = new Plugin(declarations)
                        .prepare(
                                dataSource,
                                Part.of(RefreshClass.HEAVY, declarations).collectors())) {
            Load nothing = () -> LockSupport.parkNanos(READ_EVERY_NANOS);
            watch("nothing", nothing, new Table(""));
            Table table = new Table("beside | refreshes | reads p50 | p99 | longest | writes p50 | p99 | longest"
                    + " | longest transaction | longest statement | locks");
            List<Beside> besides = List.of(
                    watch("nothing", nothing, table),
                    watch("ours, compatible profile", () -> compatible.readOnce(Words.NOW), table),
                    watch("ours, default profile", () -> usual.readOnce(Words.NOW), table),
                    watch("our backfill", () -> backfill(List.of()), table),
                    watch("our backfill, with nice", () -> backfill(List.of("nice", "-n", "19")), table),
                    watch("the plugin", plugin::read, table));
            return section(table + machine.loadWhenItBegan(), besides);
        } finally {
            server.execute(
                    dataset.database(),
                    "DELETE FROM events.logs WHERE id > " + counts.get("logs"),
                    "VACUUM ANALYZE events.logs",
                    "VACUUM ANALYZE events.contributions");
        }
    }

    private static Section section(String table, List<Beside> besides) {
        SortedMap<String, List<@Nullable Double>> p99s = new TreeMap<>();
        p99s.put(
                "reads",
                besides.stream()
                        .<@Nullable Double>map(beside -> beside.reads().p99())
                        .toList());
        p99s.put(
                "writes",
                besides.stream()
                        .<@Nullable Double>map(beside -> beside.writes().p99())
                        .toList());
        return Section.of("Effect on Indico", """
            Latency of Indico's reads (an event, its contributions, its attachments; 200 a second) and writes (a change
            and its log entry, committed to disk; 50 a second) while heavy refreshes run back to back, or while the
            command `backfill` writes 20 years, %d s for each. A late statement counts from when it was due. No program
            uses parallel workers, and the plugin is represented by its rebuilt queries. Ours holds its snapshot for a
            transaction, the plugin for a statement. All programs run on the machine of the database.

            """.formatted(SECONDS) + table)
                .with(new Plot(
                        "neighbours",
                        "p99 of Indico's own statements beside heavy refreshes",
                        "Indico's own statements beside heavy refreshes, p99",
                        "",
                        "milliseconds",
                        besides.stream().map(Beside::what).toList(),
                        p99s));
    }

    /** Returns the heavy collectors of a profile. */
    private static IndicoMetrics heavy(DataSource dataSource, Profile profile) {
        IndicoMetricsBuilder builder = IndicoMetrics.builder(dataSource)
                .discoverCollectors()
                .profile(profile)
                .queryBudget(RefreshClass.HEAVY, Ours.PATIENCE);
        try (IndicoMetrics all = builder.build()) {
            return builder.include(Part.of(RefreshClass.HEAVY, all.status().collectors())
                            .collectors())
                    .build();
        }
    }

    /** Runs the command until it has written the past, or until the end of the measurement. */
    private void backfill(List<String> around) {
        try {
            exporters.backfill(around, end - System.nanoTime());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Beside watch(String what, Load load, Table table) throws InterruptedException, ExecutionException {
        end = System.nanoTime() + SECONDS * 1_000_000_000L;
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Future<List<Double>> reads = threads.submit(this::read);
            Future<List<Double>> writes = threads.submit(this::write);
            Future<Sampled> sampled = threads.submit(this::sample);
            Future<Integer> refreshes = threads.submit((Callable<Integer>) () -> repeat(load));
            Sampled seen = sampled.get();
            Beside beside = new Beside(what, Latencies.of(reads.get()), Latencies.of(writes.get()));
            LOG.info("{}", beside);
            table.row(
                    what,
                    refreshes.get(),
                    Table.millis(beside.reads().p50()),
                    Table.millis(beside.reads().p99()),
                    Table.millis(beside.reads().max()),
                    Table.millis(beside.writes().p50()),
                    Table.millis(beside.writes().p99()),
                    Table.millis(beside.writes().max()),
                    Table.seconds(seen.transaction()),
                    Table.seconds(seen.statement()),
                    seen.modes().isEmpty() ? "none" : String.join(", ", seen.modes()));
            return beside;
        } finally {
            threads.shutdownNow();
        }
    }

    private int repeat(Load load) throws SQLException {
        int refreshes = 0;
        while (System.nanoTime() < end) {
            load.run();
            refreshes++;
        }
        return refreshes;
    }

    private List<Double> read() throws SQLException {
        Random random = new Random(dataset.seed());
        try (Connection connection = neighbour().getConnection()) {
            List<PreparedStatement> queries = new ArrayList<>();
            for (String query : READS) {
                queries.add(connection.prepareStatement(query));
            }
            return timed(READ_EVERY_NANOS, () -> {
                PreparedStatement query = queries.get(random.nextInt(queries.size()));
                query.setInt(1, anyOf("events", random));
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        rows.getInt(1);
                    }
                }
            });
        }
    }

    private List<Double> write() throws SQLException {
        Random random = new Random(dataset.seed());
        try (Connection connection = neighbour().getConnection();
                PreparedStatement change =
                        connection.prepareStatement("UPDATE events.contributions SET title = title WHERE id = ?");
                PreparedStatement log = connection.prepareStatement("""
                    INSERT INTO events.logs (id, logged_dt, kind, module, type, summary, data, meta, event_id, realm)
                    SELECT max(id) + 1, '2026-06-01', 3, 'Contribution', 'simple', 'Changed', '{}', '{}', ?, 2
                    FROM events.logs\
                    """)) {
            connection.setAutoCommit(false);
            return timed(WRITE_EVERY_NANOS, () -> {
                change.setInt(1, anyOf("contributions", random));
                change.executeUpdate();
                log.setInt(1, anyOf("events", random));
                log.executeUpdate();
                connection.commit();
            });
        }
    }

    private int anyOf(String table, Random random) {
        return 1 + random.nextInt(Math.toIntExact(counts.getOrDefault(table, 1L)));
    }

    /** Runs an action at fixed intervals. A late one counts from when it was due, because a user waits. */
    private List<Double> timed(long everyNanos, Load action) throws SQLException {
        List<Double> millis = new ArrayList<>();
        for (long due = System.nanoTime(); due < end; due += everyNanos) {
            LockSupport.parkNanos(due - System.nanoTime());
            action.run();
            millis.add((System.nanoTime() - due) / NANOS_PER_MILLI);
        }
        return millis;
    }

    private record Sampled(double transaction, double statement, Set<String> modes) {}

    private Sampled sample() throws SQLException {
        double transaction = 0;
        double statement = 0;
        Set<String> modes = new TreeSet<>();
        try (Connection connection = server.dataSource("postgres").getConnection();
                Statement query = connection.createStatement()) {
            while (System.nanoTime() < end) {
                try (ResultSet row = query.executeQuery("""
                    SELECT extract(epoch FROM max(clock_timestamp() - xact_start)),
                      extract(epoch FROM max(clock_timestamp() - query_start) FILTER (WHERE state = 'active')),
                      ARRAY(SELECT DISTINCT mode FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                       WHERE locktype = 'relation' AND datname = '%1$s' AND application_name <> '%2$s')
                    FROM pg_stat_activity
                    WHERE datname = '%1$s' AND application_name <> '%2$s' AND backend_type = 'client backend'
                    """.formatted(dataset.database(), NEIGHBOUR))) {
                    row.next();
                    transaction = Math.max(transaction, row.getDouble(1));
                    statement = Math.max(statement, row.getDouble(2));
                    modes.addAll(List.of((String[]) row.getArray(3).getArray()));
                }
                LockSupport.parkNanos(SAMPLE_EVERY_NANOS);
            }
        }
        return new Sampled(transaction, statement, modes);
    }

    private DataSource neighbour() {
        PGSimpleDataSource dataSource = server.dataSource(dataset.database(), "");
        dataSource.setApplicationName(NEIGHBOUR);
        return dataSource;
    }
}
