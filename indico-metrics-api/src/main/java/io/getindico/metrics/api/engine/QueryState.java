package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of one query: its last good values, and the outcome of its last attempt.
 *
 * @param lastSuccess when the snapshot of the values was taken
 * @param longest the longest duration among the last success and the attempts since
 * @param lastRead how much PostgreSQL read for the values
 * @param failure why the last attempt failed; null if it did not fail
 * @param failuresInARow how many attempts in a row have failed
 */
record QueryState(
        List<FamilyValues> values,
        @Nullable Moment lastSuccess,
        @Nullable Moment lastAttempt,
        Duration lastDuration,
        Duration longest,
        @Nullable ReadCount lastRead,
        @Nullable Failure failure,
        int failuresInARow,
        @Nullable Skip skip,
        Map<FailureReason, Long> failures) {
    static final QueryState NEVER_RUN =
            new QueryState(List.of(), null, null, Duration.ZERO, Duration.ZERO, null, null, 0, null, Map.of());

    /** How one attempt ended. */
    record Attempt(Moment started, Duration duration, Result result) {
        /** An attempt that failed before it took any time. */
        static Attempt failed(Moment started, Failure failure) {
            return new Attempt(started, Duration.ZERO, new Result.Failed(failure));
        }
    }

    /** Values, a failure, or the reason for a skip. */
    sealed interface Result {
        /** New values, and how much was read for them if the server counts that. */
        record Success(List<FamilyValues> values, @Nullable ReadCount read) implements Result {}

        /** No new values. */
        record Failed(Failure failure) implements Result {}

        /** The database lacks what the query needs. */
        record Skipped(Skip skip) implements Result {}
    }

    QueryState withoutValues() {
        return new QueryState(
                List.of(),
                lastSuccess,
                lastAttempt,
                lastDuration,
                longest,
                lastRead,
                failure,
                failuresInARow,
                skip,
                failures);
    }

    QueryState after(Attempt attempt) {
        Moment started = attempt.started();
        Duration duration = attempt.duration();
        if (attempt.result() instanceof Result.Success success) {
            return new QueryState(
                    success.values(), started, started, duration, duration, success.read(), null, 0, null, failures);
        }
        if (attempt.result() instanceof Result.Skipped skipped) {
            // Values that can no longer be read are dropped at once, not kept until they are too old.
            return new QueryState(
                    List.of(), null, started, duration, Duration.ZERO, null, null, 0, skipped.skip(), failures);
        }
        Failure failed = ((Result.Failed) attempt.result()).failure();
        Map<FailureReason, Long> counts = new EnumMap<>(FailureReason.class);
        counts.putAll(failures);
        counts.merge(failed.reason(), 1L, Long::sum);
        Duration longer = duration.compareTo(longest) > 0 ? duration : longest;
        return new QueryState(
                values, lastSuccess, started, duration, longer, lastRead, failed, failuresInARow + 1, null, counts);
    }

    long failures(FailureReason reason) {
        return failures.getOrDefault(reason, 0L);
    }

    boolean failedFor(FailureReason reason) {
        return failure != null && failure.reason() == reason;
    }

    /** Whether the last attempt got no connection, and so took no time. */
    boolean gotNoConnection() {
        return failedFor(FailureReason.CONNECTION) && lastDuration.isZero();
    }
}
