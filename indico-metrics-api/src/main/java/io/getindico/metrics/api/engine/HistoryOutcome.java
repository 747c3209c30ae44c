package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * How the reading of a history ended.
 *
 * @param outcome {@code SUCCESS}; {@code SKIPPED} if the database lacks something or a right is missing; {@code FAILED}
 * @param skipReason why it was skipped; null if it was not
 * @param detail why it was skipped or failed; otherwise empty
 * @since 0.1.0
 */
public record HistoryOutcome(Outcome outcome, @Nullable SkipReason skipReason, String detail) {
    static HistoryOutcome of(QueryState state, DatabaseContact.View database) {
        if (state.skip() != null) {
            return new HistoryOutcome(
                    Outcome.SKIPPED, state.skip().reason(), state.skip().detail());
        }
        if (state.failure() != null) {
            return new HistoryOutcome(Outcome.FAILED, null, state.failure().detail());
        }
        return state.lastSuccess() != null
                ? new HistoryOutcome(Outcome.SUCCESS, null, "")
                : new HistoryOutcome(Outcome.FAILED, null, database.detail());
    }
}
