package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyHistory.IdRange;
import java.time.Duration;
import java.util.Objects;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a pass over the rows of a history, between its transactions. A pass that may be split reads a range of
 * ids in each transaction, so large that the transaction takes a few seconds. On a busy server the ranges become smaller.
 */
final class HistoryPass {
    private static final Duration PART = Duration.ofSeconds(8);
    private static final int FIRST_PART = 16;
    private static final int FASTEST_GROWTH = 8;

    private final HistorySpan span;
    private final HistorySink sink;
    private @Nullable HistoryChanges sum;
    private long lowest;
    private long highest;
    private long from;
    private long ids;
    private boolean isInOne;
    private boolean isReadingPart;
    private boolean isComplete;

    HistoryPass(HistorySpan span, HistorySink sink) {
        this.span = span;
        this.sink = sink;
    }

    HistorySpan span() {
        return span;
    }

    HistorySink sink() {
        return sink;
    }

    boolean isComplete() {
        return isComplete;
    }

    /** Whether the pass has to read all rows in one transaction. */
    boolean isInOne() {
        return isInOne;
    }

    void readInOne() {
        isComplete = true;
    }

    /** Whether the first part comes next. A part that failed may have left some of its changes, so all are read again. */
    boolean isAtBegin() {
        return sum == null || isReadingPart;
    }

    /** Begins with the lowest and the highest id, or NULL if there are no rows. */
    void begin(Record bounds, HistoryChanges none) {
        sum = none;
        Integer first = bounds.get(0, Integer.class);
        lowest = first == null ? 0 : first;
        highest = first == null ? 0 : bounds.get(1, Integer.class);
        from = lowest;
        ids = (highest - lowest) / FIRST_PART + 1;
    }

    /** The ids of the next part. The first and the last part also take ids beyond those that were there at the beginning. */
    IdRange beginPart() {
        isReadingPart = true;
        return new IdRange(from == lowest ? null : (int) from, isLast() ? null : (int) (from + ids));
    }

    HistoryChanges sum() {
        return Objects.requireNonNull(sum);
    }

    private boolean isLast() {
        return from + ids > highest;
    }

    void endPart(Duration taken, RegisteredQuery query, FamilyHistory history) {
        isReadingPart = false;
        if (isLast()) {
            finish(query, history);
        }
        from += ids;
        ids = Math.max(1, Math.min(ids * FASTEST_GROWTH, ids * PART.toMillis() / Math.max(1, taken.toMillis())));
    }

    /** If a label has too many values, the parts do not add up, and all rows have to be read in one. */
    private void finish(RegisteredQuery query, FamilyHistory history) {
        HistoryChanges all = sum();
        sum = null;
        if (all.isBeyondLimits()) {
            isInOne = true;
        } else {
            HistoryValues values = new HistoryValues(query, history, span, sink);
            sink.begin();
            all.replay(values);
            values.finish();
            isComplete = true;
        }
    }
}
