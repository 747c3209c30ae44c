package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyHistory.Exactness;
import io.getindico.metrics.api.FamilyHistory.Step;
import io.getindico.metrics.api.MetricFamily;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The past of some families of a collector, as declared by a {@link io.getindico.metrics.api.FamilyHistory}.
 *
 * @since 0.1.0
 */
public final class History {
    /** Distinguishes histories from the queries of the same collector. */
    static final int FIRST_INDEX = 1_000_000;

    private final RegisteredQuery query;
    private final FamilyHistory declared;

    History(RegisteredQuery query, FamilyHistory declared) {
        this.query = query;
        this.declared = declared;
    }

    RegisteredQuery query() {
        return query;
    }

    /** {@return the name of the collector} */
    public String collector() {
        return query.collector().name();
    }

    /** {@return the enabled families, in the order of the query} */
    public List<MetricFamily> families() {
        return List.copyOf(query.families());
    }

    /**
     * How well the past of a family can be known.
     *
     * @param family one of {@link #families()}
     * @return as declared
     */
    public Exactness exactness(MetricFamily family) {
        return declared.exactness(family);
    }

    /**
     * Why the past of a family is as exact as it is.
     *
     * @param family one of {@link #families()}
     * @return one sentence
     */
    public String why(MetricFamily family) {
        return declared.why(family);
    }

    /** {@return how far apart the values are} */
    public Step step() {
        return declared.step();
    }

    /** {@return the columns that are read, by table} */
    public SortedMap<String, List<String>> columns() {
        SortedMap<String, List<String>> columns = new TreeMap<>();
        query.requirements()
                .allColumns()
                .forEach((relation, names) -> columns.put(relation.toString(), List.copyOf(new TreeSet<>(names))));
        return columns;
    }

    @Override
    public String toString() {
        return collector() + ": " + query.familyNames();
    }
}
