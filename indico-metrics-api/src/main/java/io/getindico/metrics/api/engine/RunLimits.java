package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.RunTimes.Phase;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The time limits of a run, and the failures of runs that exceed them. The query budget limits only the time that the
 * database works, because Java may have to load classes first, on a busy processor.
 *
 * @param budgetName what sets the query budget, such as a setting
 * @param queryBudget how long the database may work, summed over all statements
 * @param lockTimeout how long a statement may wait for a lock
 */
record RunLimits(String budgetName, Duration queryBudget, Duration lockTimeout) {
    /** A data source that takes longer to provide a connection is considered hung. */
    static final Duration CONNECTING = Duration.ofSeconds(10);

    /** How much longer than its query budget a transaction may last, and how long it may be idle on the server. */
    static final Duration JAVA = Duration.ofSeconds(5);

    /** How long the transaction of a history may last. */
    static final Duration HISTORY = Duration.ofSeconds(60);

    static RunLimits of(EngineSettings settings, RefreshClass refreshClass) {
        return new RunLimits(setting(refreshClass), settings.queryBudget(refreshClass), settings.lockTimeout());
    }

    /** The limits of a history: those of heavy collectors or less, and no transaction over a minute. */
    static RunLimits ofHistory(EngineSettings settings, Duration budget) {
        Duration heavy = settings.queryBudget(RefreshClass.HEAVY);
        Duration history = Stream.of(budget, HISTORY.minus(JAVA))
                .min(Comparator.naturalOrder())
                .orElseThrow();
        return heavy.compareTo(history) <= 0
                ? of(settings, RefreshClass.HEAVY)
                : new RunLimits("the limit of a history", history, settings.lockTimeout());
    }

    private static String setting(RefreshClass refreshClass) {
        return "query-budget." + refreshClass.label();
    }

    /** Returns why the run must be cancelled now, or null if it is within its limits. */
    @Nullable
    Failure exceeded(RunTimes times) {
        if (isOver(CONNECTING, times.connecting())) {
            return new Failure(FailureReason.CONNECTION, "no connection could be opened within " + seconds(CONNECTING));
        }
        Duration database = times.of(Phase.DATABASE);
        if (isOver(queryBudget, database)) {
            return new Failure(
                    FailureReason.TIMEOUT, "the refresh was cancelled after the query budget of " + budgetInWords());
        }
        Duration transaction = database.plus(times.of(Phase.JAVA));
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
        return seconds(queryBudget) + " (" + budgetName + ")";
    }

    /** Returns why a collector that does not read the database was interrupted. */
    Failure ofCollect() {
        return new Failure(FailureReason.TIMEOUT, "it was interrupted after the query budget of " + budgetInWords());
    }

    /** Names the limit, for the error text of a statement that the server cancelled. */
    String ofStatement() {
        return "the query budget is " + budgetInWords();
    }

    /** Names the limit, for the error text of a statement that waited too long for a lock. */
    String ofLock() {
        return "a statement waits at most " + seconds(lockTimeout) + " for a lock (lock-timeout)";
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }
}
