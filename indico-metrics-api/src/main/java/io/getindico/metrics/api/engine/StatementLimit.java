package io.getindico.metrics.api.engine;

import java.util.function.Supplier;

/** Holds a collector to the number of statements it declared. */
final class StatementLimit {
    private final int max;
    private int sent;
    private boolean suspended;

    StatementLimit(int max) {
        this.max = max;
    }

    static StatementLimit none() {
        return new StatementLimit(Integer.MAX_VALUE);
    }

    void beforeStatement() {
        if (!suspended && ++sent > max) {
            throw new CollectionException(
                    FailureReason.COLLECTOR_BUG, "sent more statements than its maxStatements(), which is " + max);
        }
    }

    /** What the engine does on a collector's behalf is not the collector's. */
    <T> T suspendedWhile(Supplier<T> work) {
        boolean before = suspended;
        suspended = true;
        try {
            return work.get();
        } finally {
            suspended = before;
        }
    }
}
