package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.joining;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One query of a collector and what was learnt about it. A query is the unit that is refreshed, skipped and failed. A
 * collector that does not read the database has one of these, with nothing learnt.
 *
 * @param index its position among the collector's queries
 * @param parts the enabled families that it feeds
 * @param requirements what it reads, including that for its sets and the zone
 * @param sets the names of the sets that it uses
 * @param since the release of Indico that it needs, or null
 * @param flaw why it can never run, or null
 * @param isCollect whether it stands for the collector's own {@code collect}, without a statement
 */
record RegisteredQuery(
        RegisteredCollector collector,
        int index,
        Map<MetricFamily, Part> parts,
        Requirements requirements,
        Set<String> sets,
        @Nullable String since,
        @Nullable Failure flaw,
        boolean isCollect) {
    /** The part of a family that a query feeds: the labels that are constant in all its rows, and the value. */
    record Part(Map<Label, String> constants, Value value) {}

    /** Returns the query that stands for a collector without queries. */
    static RegisteredQuery collect(RegisteredCollector collector) {
        return withoutStatement(collector, null, true);
    }

    /** Returns the query that stands for a collector whose queries could not be learnt. */
    static RegisteredQuery flawed(RegisteredCollector collector, Failure flaw) {
        return withoutStatement(collector, flaw, false);
    }

    private static RegisteredQuery withoutStatement(
            RegisteredCollector collector, @Nullable Failure flaw, boolean isCollect) {
        Map<MetricFamily, Part> parts = new LinkedHashMap<>();
        collector.families().forEach(family -> parts.put(family, new Part(Map.of(), Value.countRows())));
        return new RegisteredQuery(collector, 0, parts, Requirements.NONE, Set.of(), null, flaw, isCollect);
    }

    RegisteredQuery withFlaw(Failure other) {
        return new RegisteredQuery(collector, index, parts, requirements, sets, since, other, isCollect);
    }

    RefreshClass refreshClass() {
        return collector.refreshClass();
    }

    Set<MetricFamily> families() {
        return parts.keySet();
    }

    /** Returns the part that it feeds of one of its families. */
    Part part(MetricFamily family) {
        Part part = parts.get(family);
        if (part == null) {
            throw new IllegalArgumentException(this + " does not feed " + family);
        }
        return part;
    }

    boolean feedsAny(Predicate<String> names) {
        return families().stream().anyMatch(family -> FamilyNames.matches(family, names));
    }

    /** Whether both belong to one collector or use the same set. */
    boolean belongsTogetherWith(RegisteredQuery other) {
        return collector.equals(other.collector) || sets.stream().anyMatch(other.sets::contains);
    }

    String familyNames() {
        return families().stream().map(MetricFamily::name).collect(joining(", "));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RegisteredQuery that && index == that.index && collector.equals(that.collector);
    }

    @Override
    public int hashCode() {
        return 31 * collector.hashCode() + index;
    }

    @Override
    public String toString() {
        return collector.name() + "[" + index + "]";
    }
}
