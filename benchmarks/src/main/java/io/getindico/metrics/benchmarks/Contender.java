package io.getindico.metrics.benchmarks;

import java.sql.SQLException;
import java.util.Set;
import java.util.SortedMap;
import javax.sql.DataSource;

/** One of those that are compared. */
interface Contender {
    /** Who they are. */
    enum Name {
        FLOOR,
        OURS,
        /** The plugin's queries, rebuilt. */
        PLUGIN,
        /** The plugin itself. */
        INDICO
    }

    Name name();

    /** Makes ready to read what some collectors read; that much is done when a host starts, and is not measured. */
    Reader prepare(DataSource dataSource, Set<String> collectors);

    /** Reads, as often as it is asked to. */
    interface Reader extends AutoCloseable {
        /** Returns the gauges, if it makes any. */
        SortedMap<String, Double> read() throws SQLException;

        @Override
        default void close() {}
    }
}
