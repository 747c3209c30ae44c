package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.DerivedRows;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What queries read.
 *
 * @param columns the columns that they read themselves, by table
 * @param functions the functions that they call if the login may, by name
 */
record Requirements(SortedMap<Relation, SortedSet<String>> columns, SortedMap<String, ReadFunction> functions) {
    static final Requirements NONE = new Requirements(Collections.emptySortedMap(), Collections.emptySortedMap());

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

    /** A function, and the columns that it reads by table. A login that may not call it needs to read these. */
    record ReadFunction(DerivedRows rows, SortedMap<Relation, SortedSet<String>> columns) {}

    static Requirements union(Collection<Requirements> parts) {
        SortedMap<Relation, SortedSet<String>> columns = new TreeMap<>();
        SortedMap<String, ReadFunction> functions = new TreeMap<>();
        for (Requirements part : parts) {
            add(part.columns, columns);
            functions.putAll(part.functions);
        }
        return new Requirements(columns, functions);
    }

    /** Returns all columns that are read, whether by the queries themselves or by the functions. */
    SortedMap<Relation, SortedSet<String>> allColumns() {
        return columnsWith(functions.values());
    }

    /** Returns the columns that the queries read themselves if they do not call some of the functions. */
    SortedMap<Relation, SortedSet<String>> columnsWith(Collection<ReadFunction> notCalled) {
        SortedMap<Relation, SortedSet<String>> all = new TreeMap<>();
        add(columns, all);
        notCalled.forEach(function -> add(function.columns(), all));
        return all;
    }

    private static void add(SortedMap<Relation, SortedSet<String>> columns, SortedMap<Relation, SortedSet<String>> to) {
        for (Map.Entry<Relation, SortedSet<String>> entry : columns.entrySet()) {
            to.computeIfAbsent(entry.getKey(), relation -> new TreeSet<>()).addAll(entry.getValue());
        }
    }
}
