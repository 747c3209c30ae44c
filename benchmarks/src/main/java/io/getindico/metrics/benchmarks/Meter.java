package io.getindico.metrics.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import javax.sql.DataSource;

/** Measures the cost of an action on the server, by the counters of the server. */
final class Meter {
    interface Action {
        void run() throws SQLException;
    }

    private final Server server;

    Meter(Server server) {
        this.server = server;
        server.execute("postgres", "CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
    }

    /** Measures one read of a contender. */
    Cost measure(Contender contender, DataSource dataSource, Set<String> collectors) throws SQLException {
        try (Contender.Reader reader = contender.prepare(dataSource, collectors)) {
            return measure(reader::read);
        }
    }

    /** Measures any other action. */
    Cost measure(Action action) throws SQLException {
        server.execute("postgres", "SELECT pg_stat_statements_reset()");
        double cpu = server.cpuSeconds();
        long started = System.nanoTime();
        action.run();
        double wall = (System.nanoTime() - started) / 1e9;
        cpu = server.cpuSeconds() - cpu;
        try (Connection connection = server.dataSource("postgres").getConnection();
                Statement statement = connection.createStatement();
                ResultSet sums = statement.executeQuery("""
                    SELECT sum(total_exec_time) / 1000, sum(shared_blks_hit + shared_blks_read), sum(temp_blks_written)
                    FROM pg_stat_statements JOIN pg_database ON oid = dbid AND datname <> 'postgres'\
                    """)) {
            sums.next();
            return new Cost(wall, sums.getDouble(1), cpu, sums.getDouble(2), sums.getDouble(3));
        }
    }
}
