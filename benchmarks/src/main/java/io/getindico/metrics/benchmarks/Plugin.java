package io.getindico.metrics.benchmarks;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;

/** Indico's own plugin: a query for each gauge, rebuilt from what the gauge means. */
record Plugin(List<CollectorStatus> declarations) implements Contender {
    @Override
    public Name name() {
        return Name.PLUGIN;
    }

    @Override
    public SortedMap<String, Double> read(DataSource dataSource, Set<String> collectors) throws SQLException {
        Map<String, String> queries = new TreeMap<>();
        for (CollectorStatus declaration : declarations) {
            if (collectors.contains(declaration.name())) {
                declaration.families().stream()
                        .map(MetricFamily::name)
                        .forEach(gauge -> queries.put(gauge, query(gauge)));
            }
        }
        return Statements.read(dataSource, queries);
    }

    private static String query(String gauge) {
        return Words.script("plugin/" + gauge + ".sql", Words.INSTANTS);
    }
}
