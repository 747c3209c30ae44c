package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyHistory.IdRange;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.QueryState.Result;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.util.List;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Reads one history, or the next part of it. */
final class HistoryRun extends CollectionRun {
    private final EngineParts parts;
    private final HistoryPass pass;

    HistoryRun(EngineParts parts, RunLimits limits, RegisteredQuery query, HistoryPass pass) {
        super(parts, limits, pass.span().last(), List.of(query));
        this.parts = parts;
        this.pass = pass;
    }

    @Override
    Result read(ReadTransaction transaction, RegisteredQuery query, Prerequisites prerequisites, ReadCounter reads) {
        Moment started = parts.now();
        FamilyHistory history = declared(query);
        boolean isPart = history.ids().isPresent() && !pass.isInOne();
        HistoryValues values = new HistoryValues(query, history, pass.span(), pass.sink());
        HistoryChanges changes = new HistoryChanges(query, history, pass.span());
        if (isPart && !pass.isBegun()) {
            pass.begin(transaction.read(history.ids().get(), ids -> ids.get(0)));
        }
        if (isPart) {
            readRows(transaction, plan(history, query, pass.next()), prerequisites, changes::add);
        } else {
            // The changes arrive in the order of time, so there is no need to keep them.
            pass.sink().begin();
            readRows(transaction, plan(history, query, IdRange.ALL), prerequisites, values::change);
            values.finish();
        }
        Result result = success(transaction, List.of(), reads);
        if (isPart) {
            pass.add(changes, parts.now().since(started), values);
        } else {
            pass.readInOne();
        }
        return result;
    }

    private FamilyHistory.Plan plan(FamilyHistory history, RegisteredQuery query, IdRange range) {
        return history.plan(
                query.parts()::containsKey, pass.span().first(), pass.span().steps(), range);
    }

    private static void readRows(
            ReadTransaction transaction, FamilyHistory.Plan plan, Prerequisites prerequisites, ChangeSink changes) {
        transaction.stream(plan.select(), prerequisites, cursor -> {
            for (Record row : cursor) {
                int step = plan.step(row);
                plan.read(row, (family, by, labelValues) -> changes.take(step, family, by, labelValues));
            }
            return cursor;
        });
    }

    /** Takes the change of a value in a step. */
    private interface ChangeSink {
        void take(int step, MetricFamily family, double by, @Nullable Object[] labelValues);
    }

    private FamilyHistory declared(RegisteredQuery query) {
        List<FamilyHistory> histories = query.collector().collector().histories(context(query));
        int index = query.index() - History.FIRST_INDEX;
        if (histories.size() <= index || !histories.get(index).families().containsAll(query.families())) {
            throw new CollectionException(
                    FailureReason.COLLECTOR_BUG, "histories() returned different histories from its first call");
        }
        return histories.get(index);
    }
}
