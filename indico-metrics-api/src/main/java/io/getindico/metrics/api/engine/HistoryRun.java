package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.QueryState.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jooq.Cursor;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Reads one history: the changes arrive in the order of time, and the running sums are the values. */
final class HistoryRun extends CollectionRun {
    private final Span span;
    private final HistorySink sink;

    /** The instants of the values: so many from the first one on, until the last one. */
    record Span(Instant first, int steps, Instant last) {}

    HistoryRun(EngineParts parts, RunLimits limits, RegisteredQuery query, Span span, HistorySink sink) {
        super(parts, limits, span.last(), List.of(query));
        this.span = span;
        this.sink = sink;
    }

    @Override
    Result read(ReadTransaction transaction, RegisteredQuery query, Prerequisites prerequisites, ReadCounter reads) {
        List<FamilyHistory> histories = query.collector().collector().histories(context(query));
        int index = query.index() - History.FIRST_INDEX;
        if (histories.size() <= index || !histories.get(index).families().containsAll(query.families())) {
            throw new CollectionException(
                    FailureReason.COLLECTOR_BUG, "histories() returned different histories from its first call");
        }
        FamilyHistory history = histories.get(index);
        FamilyHistory.Plan plan = history.plan(query.parts()::containsKey, span.first(), span.steps());
        sink.begin();
        transaction.stream(plan.select(), prerequisites, rows -> {
            new Sums(query, history.step().duration()).pass(rows, plan);
            return rows;
        });
        return success(transaction, List.of(), reads);
    }

    /** The running sums of all series. */
    private final class Sums {
        private final Duration step;
        private final Map<MetricFamily, FamilySeries> families = new LinkedHashMap<>();
        private int next;

        Sums(RegisteredQuery query, Duration step) {
            this.step = step;
            query.parts()
                    .forEach((family, part) ->
                            families.put(family, new FamilySeries(family, part.constants(), true, Double::sum)));
        }

        void pass(Cursor<?> rows, FamilyHistory.Plan plan) {
            boolean isBegun = false;
            for (Record row : rows) {
                int at = plan.step(row);
                // What is not dated is no reason to begin: nothing is known before the first date.
                if (isBegun) {
                    emitUntil(at);
                } else if (at >= 0) {
                    isBegun = true;
                    next = at;
                }
                plan.read(row, this::add);
            }
            if (!isBegun) {
                // Nothing is dated, so only the last value is known.
                next = span.steps() - 1;
            }
            emitUntil(span.steps());
        }

        private void add(MetricFamily family, double change, @Nullable Object[] labelValues) {
            Objects.requireNonNull(families.get(family)).add(change, labelValues);
        }

        private void emitUntil(int end) {
            for (; next < end; next++) {
                Instant at = span.first().plus(step.multipliedBy(next));
                families.forEach((family, series) ->
                        series.finish().forEach((labels, value) -> sink.take(family, at, labels, value)));
            }
        }
    }
}
