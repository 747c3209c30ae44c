package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.DatabaseFacts.TableFacts;
import io.getindico.metrics.api.engine.Requirements.Relation;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Facts that the catalog of a database could contain. */
final class TestFacts {
    private final Map<Relation, TableFacts> tables = new HashMap<>();
    private final Set<String> callable = new HashSet<>();
    private final SortedMap<String, String> revisions = new TreeMap<>(Map.of("alembic_version", "5d05eda06776"));

    /** A database with only the tables by which the engine recognises Indico. All of them can be read. */
    static TestFacts ofIndico() {
        TestFacts facts = new TestFacts();
        DatabaseFacts.INDICO_TABLES.forEach(mark -> facts.with(mark, Map.of("id", true)));
        return facts;
    }

    /** Why a query cannot run, if the cause is not a column. */
    static Skip skip(SkipReason reason, String detail) {
        return new Skip(reason, detail, Collections.emptySortedMap());
    }

    TestFacts with(Relation relation, Map<String, Boolean> columns) {
        tables.put(relation, new TableFacts(columns, "r", false));
        return this;
    }

    TestFacts without(Relation relation) {
        tables.remove(relation);
        return this;
    }

    TestFacts withFunction(String name) {
        callable.add(name);
        return this;
    }

    TestFacts withHead(String head) {
        revisions.put("alembic_version", head);
        return this;
    }

    DatabaseFacts build() {
        return new DatabaseFacts(tables, callable, revisions);
    }
}
