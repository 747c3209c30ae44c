package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.CollectorStatus.Outcome;

/**
 * How the reading of a history ended.
 *
 * @param outcome {@code SUCCESS}; {@code SKIPPED} if the database lacks something or a right is missing; {@code FAILED}
 * @param detail why it was skipped or failed; otherwise empty
 * @since 0.1.0
 */
public record HistoryOutcome(Outcome outcome, String detail) {
    static HistoryOutcome of(QueryState state, DatabaseContact.View database) {
        if (state.skip() != null) {
            return new HistoryOutcome(Outcome.SKIPPED, state.skip().detail());
        }
        if (state.failure() != null) {
            return new HistoryOutcome(Outcome.FAILED, state.failure().detail());
        }
        return state.lastSuccess() != null
                ? new HistoryOutcome(Outcome.SUCCESS, "")
                : new HistoryOutcome(Outcome.FAILED, database.detail());
    }
}
