package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorState.Failure;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How one collector stands.
 *
 * @param name the collector's name
 * @param refreshClass its class
 * @param ttl the TTL in force
 * @param families what it declares
 * @param columns the columns its queries read, by table
 * @param outcome how its last attempt ended
 * @param skipReason why it is skipped, or null
 * @param failureReason why it failed, or null
 * @param detail either reason as a sentence, empty where there is none
 * @param lastDuration how long the last attempt took
 * @param lastRead what was read by the last attempt that succeeded; null where the server does not count that
 * @param coreRatio the part of one core of the database that the collector takes at most, read as often as scrapes can
 *     cause it
 * @since 0.1.0
 */
public record CollectorStatus(
        String name,
        RefreshClass refreshClass,
        Duration ttl,
        List<MetricFamily> families,
        SortedMap<String, SortedSet<String>> columns,
        Outcome outcome,
        @Nullable SkipReason skipReason,
        @Nullable FailureReason failureReason,
        String detail,
        Duration lastDuration,
        @Nullable ReadCount lastRead,
        double coreRatio) {
    /** How an attempt ended. */
    public enum Outcome {
        /** There was none yet. */
        NEVER_RUN,
        /** With values. */
        SUCCESS,
        /** Without. */
        FAILED,
        /** It cannot run on this database. */
        SKIPPED
    }

    static CollectorStatus of(RegisteredCollector collector, CollectorState state, Freshness freshness) {
        SortedMap<String, SortedSet<String>> columns = new TreeMap<>();
        collector.requirements().columns().forEach((relation, names) -> columns.put(relation.toString(), names));
        Skip skip = state.skip();
        Failure failure = state.failure();
        return new CollectorStatus(
                collector.name(),
                collector.refreshClass(),
                freshness.ttl(collector, state),
                collector.families(),
                columns,
                outcome(state),
                skip == null ? null : skip.reason(),
                failure == null ? null : failure.reason(),
                skip != null ? skip.detail() : failure != null ? failure.detail() : "",
                state.lastDuration(),
                state.lastRead(),
                freshness.coreRatio(collector, state));
    }

    private static Outcome outcome(CollectorState state) {
        if (state.lastAttempt() == null) {
            return Outcome.NEVER_RUN;
        }
        if (state.skip() != null) {
            return Outcome.SKIPPED;
        }
        return state.failure() == null ? Outcome.SUCCESS : Outcome.FAILED;
    }

    /**
     * How many series the collector can give at most.
     *
     * @return the sum over its families of the product of the values of their labels, or of their combinations
     */
    public long maxSeries() {
        return families.stream().mapToLong(CollectorStatus::maxSeries).sum();
    }

    private static long maxSeries(MetricFamily family) {
        if (!family.combinations().isEmpty()) {
            return family.combinations().size() + beginnings(family.combinations());
        }
        return family.labels().stream().mapToLong(CollectorStatus::maxValues).reduce(1, (a, b) -> a * b);
    }

    /** Each of them, and the empty one, can be followed by {@code unknown} to the end. */
    private static long beginnings(List<List<String>> combinations) {
        return combinations.stream()
                .flatMap(values -> IntStream.range(0, values.size()).mapToObj(end -> values.subList(0, end)))
                .distinct()
                .count();
    }

    /** With the one value that takes the rest: {@code unknown} or {@code other}. */
    private static long maxValues(Label label) {
        return 1L + (label.isClosed() ? label.values().size() : FamilySeries.MAX_OPEN_VALUES);
    }
}
