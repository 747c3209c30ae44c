package io.getindico.metrics.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;

/** Runs queries that return one number each. */
final class Statements {
    private Statements() {}

    /** Sends the queries one after the other in one transaction, as Indico does in a request. */
    static SortedMap<String, Double> read(DataSource dataSource, Map<String, String> queries) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            SortedMap<String, Double> values = new TreeMap<>();
            for (Map.Entry<String, String> query : queries.entrySet()) {
                try (ResultSet result = statement.executeQuery(query.getValue())) {
                    result.next();
                    values.put(query.getKey(), result.getDouble(1));
                }
            }
            connection.rollback();
            return values;
        }
    }
}
