package io.getindico.metrics.benchmarks;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;

/** The queries of Indico's plugin, one for each gauge, rebuilt from the meaning of the gauge. */
record Plugin(List<CollectorStatus> declarations) implements Contender {
    @Override
    public Name name() {
        return Name.PLUGIN;
    }

    @Override
    public Reader prepare(DataSource dataSource, Set<String> collectors) {
        Map<String, String> queries = new TreeMap<>();
        for (CollectorStatus declaration : declarations) {
            if (collectors.contains(declaration.name())) {
                declaration.families().stream()
                        .map(MetricFamily::name)
                        .forEach(gauge -> queries.put(gauge, query(gauge)));
            }
        }
        return () -> Statements.read(dataSource, queries);
    }

    static String query(String gauge) {
        Map<String, String> words = new HashMap<>(Words.INSTANTS);
        words.put("live_link", Words.script("plugin/live_link.sql", Map.of()));
        return Words.script("plugin/" + gauge + ".sql", words);
    }
}
