package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.FamilyHistory.IdRange;
import java.time.Duration;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a pass over the rows of a history, between its transactions. A pass that may be split reads a range of
 * ids in each transaction, so large that the transaction takes a few seconds. On a busy server the ranges become smaller.
 */
final class HistoryPass {
    private static final Duration LONGEST_PART = Duration.ofSeconds(8);
    private static final int FASTEST_GROWTH = 8;

    /** The first, the largest and the smallest part, as fractions of all ids. A part also has costs that do not shrink. */
    private static final int FIRST = 16;

    private static final int LARGEST = 4;
    private static final int SMALLEST = 256;

    /** How many transactions of a pass may yield to a session that waits for a lock. */
    private static final int MOST_REPEATS = 10;

    private final HistorySpan span;
    private final HistorySink sink;
    private final Duration target;
    private @Nullable HistoryChanges sum;
    private @Nullable HistoryValues values;
    private long lowest;
    private long highest;
    private long from;
    private long ids;
    private int repeats;
    private boolean isBegun;
    private boolean isInOne;
    private boolean isComplete;

    /**
     * @param budget how long the database may work for one transaction
     */
    HistoryPass(HistorySpan span, HistorySink sink, Duration budget) {
        this.span = span;
        this.sink = sink;
        this.target = budget.dividedBy(4).compareTo(LONGEST_PART) < 0 ? budget.dividedBy(4) : LONGEST_PART;
    }

    HistorySpan span() {
        return span;
    }

    HistorySink sink() {
        return sink;
    }

    boolean isBegun() {
        return isBegun;
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

    /** Begins with the lowest and the highest id, or NULL if there are no rows. */
    void begin(Record bounds) {
        Integer first = bounds.get(0, Integer.class);
        lowest = first == null ? 0 : first;
        highest = first == null ? 0 : bounds.get(1, Integer.class);
        from = lowest;
        ids = fraction(FIRST);
        isBegun = true;
    }

    private long fraction(int parts) {
        return (highest - lowest) / parts + 1;
    }

    /** The ids of the next part. The first and the last part also take ids beyond those that were there at the beginning. */
    IdRange next() {
        return new IdRange(from == lowest ? null : (int) from, isLast() ? null : (int) (from + ids));
    }

    private boolean isLast() {
        return from + ids > highest;
    }

    /**
     * Adds a part that was read.
     *
     * @param into takes the values when all parts are read
     */
    void add(HistoryChanges part, Duration taken, HistoryValues into) {
        if (sum == null) {
            sum = part;
        } else {
            sum.add(part);
        }
        if (sum.isBeyondLimits()) {
            // Each part may have kept other values of a label, so they do not add up.
            sum = null;
            isInOne = true;
        } else if (isLast()) {
            values = into;
            isComplete = true;
        } else {
            from += ids;
            long fitting = ids * target.toMillis() / Math.max(1, taken.toMillis());
            ids = Math.max(fraction(SMALLEST), Math.min(fitting, Math.min(ids * FASTEST_GROWTH, fraction(LARGEST))));
        }
    }

    /** Halves the next part after one that took too long. Returns false if it cannot be smaller. */
    boolean shrink() {
        if (!isBegun || isInOne || ids <= fraction(SMALLEST)) {
            return false;
        }
        ids = Math.max(fraction(SMALLEST), ids / 2);
        return true;
    }

    /** Counts a transaction that yielded. Returns false if there were so many that the pass fails. */
    boolean mayRepeat() {
        repeats++;
        return repeats <= MOST_REPEATS;
    }

    /** Hands over the sum of the parts. There is no transaction meanwhile, because this may take seconds. */
    void handOver() {
        if (sum != null && values != null) {
            sink.begin();
            sum.replay(values);
            values.finish();
        }
    }
}
