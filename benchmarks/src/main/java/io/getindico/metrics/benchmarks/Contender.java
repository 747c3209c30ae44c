package io.getindico.metrics.benchmarks;

import java.sql.SQLException;
import java.util.Set;
import java.util.SortedMap;
import javax.sql.DataSource;

/** One of the programs that are compared. */
interface Contender {
    /** The programs that are compared. */
    enum Name {
        FLOOR,
        OURS,
        /** The rebuilt queries of Indico's plugin. */
        PLUGIN,
        /** The plugin's own code, run by Indico. */
        INDICO
    }

    Name name();

    /** Prepares to read what these collectors read. A host does this once, at its start, so it is not measured. */
    Reader prepare(DataSource dataSource, Set<String> collectors);

    /** Reads the database at each call. */
    interface Reader extends AutoCloseable {
        /** Returns the values of the gauges; empty if the program computes none. */
        SortedMap<String, Double> read() throws SQLException;

        @Override
        default void close() {}
    }
}
