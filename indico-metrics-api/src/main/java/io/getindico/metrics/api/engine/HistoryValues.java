package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.MetricFamily;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The running sums of all series of a history. The changes arrive in the order of time, and the sums are the values. */
final class HistoryValues {
    private final FamilyHistory history;
    private final HistorySpan span;
    private final HistorySink sink;
    private final Map<MetricFamily, FamilySeries> families = new LinkedHashMap<>();
    /** The changes that take back what counts only for some time. */
    private final TreeMap<Integer, List<Change>> ends = new TreeMap<>();

    private boolean isBegun;
    private int next;

    HistoryValues(RegisteredQuery query, FamilyHistory history, HistorySpan span, HistorySink sink) {
        this.history = history;
        this.span = span;
        this.sink = sink;
        query.parts()
                .forEach((family, part) ->
                        families.put(family, new FamilySeries(family, part.constants(), true, Double::sum)));
    }

    private record Change(MetricFamily family, double by, List<@Nullable Object> labelValues) {}

    void change(int step, MetricFamily family, double by, @Nullable Object[] labelValues) {
        // What is not dated is no reason to begin: nothing is known before the first date.
        if (isBegun) {
            emitUntil(step);
        } else if (step != FamilyHistory.UNDATED) {
            isBegun = true;
            next = Math.max(step, 0);
        }
        Optional<Integer> steps = history.lasting(family);
        if (steps.isEmpty()) {
            add(family, by, labelValues);
        } else if (step + steps.get() > 0) {
            add(family, by, labelValues);
            // The list must take null.
            ends.computeIfAbsent(step + steps.get(), key -> new ArrayList<>())
                    .add(new Change(family, -by, Arrays.asList(labelValues)));
        }
    }

    void finish() {
        if (!isBegun) {
            // Nothing is dated, so only the last value is known.
            next = span.steps() - 1;
        }
        emitUntil(span.steps());
    }

    private void add(MetricFamily family, double by, @Nullable Object[] labelValues) {
        Objects.requireNonNull(families.get(family)).add(by, labelValues);
    }

    private void emitUntil(int end) {
        for (; next < end; next++) {
            List<Change> ended = ends.remove(next);
            if (ended != null) {
                ended.forEach(change ->
                        add(change.family(), change.by(), change.labelValues().toArray()));
            }
            Instant at = span.first().plus(history.step().duration().multipliedBy(next));
            families.forEach((family, series) ->
                    series.finish().forEach((labels, value) -> sink.take(family, at, labels, value)));
        }
    }
}
