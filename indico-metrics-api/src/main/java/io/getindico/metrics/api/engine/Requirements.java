package io.getindico.metrics.api.engine;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The columns that queries read, by table. */
record Requirements(SortedMap<Relation, SortedSet<String>> columns) {
    static final Requirements NONE = new Requirements(Collections.emptySortedMap());

    /** A table by schema and name. */
    record Relation(String schema, String table) implements Comparable<Relation> {
        @Override
        public int compareTo(Relation other) {
            int bySchema = schema.compareTo(other.schema);
            return bySchema != 0 ? bySchema : table.compareTo(other.table);
        }

        @Override
        public String toString() {
            return schema + "." + table;
        }
    }

    static Requirements union(Collection<Requirements> parts) {
        SortedMap<Relation, SortedSet<String>> all = new TreeMap<>();
        for (Requirements part : parts) {
            for (Map.Entry<Relation, SortedSet<String>> entry : part.columns.entrySet()) {
                all.computeIfAbsent(entry.getKey(), relation -> new TreeSet<>()).addAll(entry.getValue());
            }
        }
        return new Requirements(all);
    }
}
