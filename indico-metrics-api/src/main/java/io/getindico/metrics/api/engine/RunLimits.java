package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.QueryState.Failure;
import io.getindico.metrics.api.engine.RunTimes.Part;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a run may take, and what is said of a run that takes longer. The query budget bounds the database's work
 * alone: Java may have to load its classes first, on a processor that others use as well.
 *
 * @param refreshClass whose query budget it is
 * @param queryBudget how long the database may work, over all statements
 * @param lockTimeout how long a statement may wait for a lock
 */
record RunLimits(RefreshClass refreshClass, Duration queryBudget, Duration lockTimeout) {
    /** A data source that needs longer for a connection is taken for one that hangs. */
    static final Duration CONNECTING = Duration.ofSeconds(10);

    /** How much longer than its query budget a transaction may last, and how long it may be idle on the server. */
    static final Duration JAVA = Duration.ofSeconds(5);

    static RunLimits of(Settings settings, RefreshClass refreshClass) {
        return new RunLimits(refreshClass, settings.queryBudget(refreshClass), settings.lockTimeout());
    }

    /** Why the run has to be cancelled now; null while it is within its limits. */
    @Nullable
    Failure exceeded(RunTimes times) {
        if (isOver(CONNECTING, times.connecting())) {
            return new Failure(FailureReason.CONNECTION, "no connection could be had within " + seconds(CONNECTING));
        }
        Duration database = times.of(Part.DATABASE);
        if (isOver(queryBudget, database)) {
            return new Failure(
                    FailureReason.TIMEOUT, "the refresh was cancelled after the query budget of " + budgetInWords());
        }
        Duration transaction = database.plus(times.of(Part.JAVA));
        if (isOver(queryBudget.plus(JAVA), transaction)) {
            return new Failure(
                    FailureReason.TIMEOUT,
                    "the refresh was cancelled after " + seconds(transaction) + ", of which the database worked for "
                            + seconds(database) + ": the collector hangs, or Java gets too little processor time");
        }
        return null;
    }

    private static boolean isOver(Duration limit, Duration taken) {
        return taken.compareTo(limit) >= 0;
    }

    private String budgetInWords() {
        return seconds(queryBudget) + " (query-budget." + refreshClass.label() + ")";
    }

    /** Why a collector that reads something else than the database was interrupted. */
    Failure ofCollect() {
        return new Failure(FailureReason.TIMEOUT, "it was interrupted after the query budget of " + budgetInWords());
    }

    /** To be told where the server cancelled a statement: it is the limit that it was given. */
    String ofStatement() {
        return "the query budget is " + budgetInWords();
    }

    /** To be told where the server gave up the wait for a lock. */
    String ofLock() {
        return "a statement waits for a lock for " + seconds(lockTimeout) + " at most (lock-timeout)";
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }
}
