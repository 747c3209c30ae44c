package io.getindico.metrics.benchmarks;

import io.getindico.metrics.api.engine.CollectorStatus;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** The minimum that any reader needs: it reads each table of a collector once. */
final class Floor implements Contender {
    private static final Pattern STATEMENT = Pattern.compile("SELECT .* FROM (\\S+) .*(?=;)");

    private final List<CollectorStatus> declarations;
    private final SortedMap<String, String> queries = new TreeMap<>();

    Floor(List<CollectorStatus> declarations) {
        this.declarations = declarations;
        Matcher statements = STATEMENT.matcher(Words.script("floor.sql", Words.INSTANTS));
        while (statements.find()) {
            queries.put(statements.group(1), statements.group());
        }
    }

    @Override
    public Name name() {
        return Name.FLOOR;
    }

    @Override
    public Reader prepare(DataSource dataSource, Set<String> collectors) {
        SortedMap<String, String> touched = new TreeMap<>();
        for (CollectorStatus declaration : declarations) {
            if (collectors.contains(declaration.name())) {
                declaration.queries().stream()
                        .flatMap(query -> query.columns().keySet().stream())
                        .forEach(table -> touched.put(table, query(table)));
            }
        }
        return () -> {
            Statements.read(dataSource, touched);
            return new TreeMap<>();
        };
    }

    private String query(String table) {
        String query = queries.get(table);
        if (query == null) {
            throw new IllegalStateException("floor.sql does not read " + table);
        }
        return query;
    }
}
