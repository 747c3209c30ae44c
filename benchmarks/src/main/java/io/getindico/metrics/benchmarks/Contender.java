package io.getindico.metrics.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.sql.SQLException;
import java.util.Set;
import java.util.SortedMap;
import javax.sql.DataSource;

/** One of those that are compared. */
interface Contender {
    /** Their names, in the order of the report. */
    enum Name {
        @JsonProperty("floor")
        FLOOR,
        @JsonProperty("ours")
        OURS,
        @JsonProperty("plugin")
        PLUGIN
    }

    Name name();

    /** Reads what some collectors read, and returns the gauges, if it makes any. */
    SortedMap<String, Double> read(DataSource dataSource, Set<String> collectors) throws SQLException;
}
