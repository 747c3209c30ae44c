package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.CollectorState.Attempt;
import io.getindico.metrics.api.engine.CollectorState.Failure;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states of all collectors, replaced as a whole: who reads them sees all of a refresh or nothing. */
final class CollectorStates {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorStates.class);

    private volatile Map<String, CollectorState> states = Map.of();

    Map<String, CollectorState> current() {
        return states;
    }

    static CollectorState of(Map<String, CollectorState> states, RegisteredCollector collector) {
        return states.getOrDefault(collector.name(), CollectorState.NEVER_RUN);
    }

    CollectorState of(RegisteredCollector collector) {
        return of(current(), collector);
    }

    synchronized void publish(Map<RegisteredCollector, Attempt> attempts) {
        Map<String, CollectorState> next = new HashMap<>(states);
        attempts.forEach((collector, attempt) -> {
            CollectorState before = of(collector);
            CollectorState after = before.after(attempt);
            next.put(collector.name(), after);
            logChange(collector, before, after);
        });
        states = Map.copyOf(next);
    }

    /** Once per change, or a database that stays away fills the log. */
    private static void logChange(RegisteredCollector collector, CollectorState before, CollectorState after) {
        Skip skip = after.skip();
        if (skip != null) {
            if (!skip.equals(before.skip())) {
                LOG.info(
                        "collector '{}' is skipped: {} ({})",
                        collector.name(),
                        skip.detail(),
                        skip.reason().label());
            }
            return;
        }
        Failure failure = after.failure();
        if (after.gotNoConnection()) {
            // Told once for all of them, by the contact with the database.
            return;
        }
        if (failure != null && !before.failedFor(failure.reason())) {
            LOG.warn(
                    "collector '{}' failed: {} ({})",
                    collector.name(),
                    failure.detail(),
                    failure.reason().label());
        } else if (failure == null && isTrouble(before)) {
            LOG.info("collector '{}' works again", collector.name());
        }
    }

    private static boolean isTrouble(CollectorState state) {
        return (state.failure() != null && !state.gotNoConnection()) || state.skip() != null;
    }
}
