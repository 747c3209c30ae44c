package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.CollectorState.Attempt;
import io.getindico.metrics.api.engine.CollectorState.Failure;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states of all collectors, replaced as a whole: who reads them sees all of a refresh or nothing. */
final class CollectorStates {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorStates.class);

    private final AtomicReference<Map<String, CollectorState>> states = new AtomicReference<>(Map.of());

    Map<String, CollectorState> current() {
        return states.get();
    }

    static CollectorState of(Map<String, CollectorState> states, RegisteredCollector collector) {
        return states.getOrDefault(collector.name(), CollectorState.NEVER_RUN);
    }

    CollectorState of(RegisteredCollector collector) {
        return of(current(), collector);
    }

    void publish(Map<RegisteredCollector, Attempt> attempts) {
        Map<String, CollectorState> before = states.getAndUpdate(old -> with(old, attempts));
        attempts.forEach((collector, attempt) -> logChange(
                collector, of(before, collector), of(before, collector).after(attempt)));
    }

    private static Map<String, CollectorState> with(
            Map<String, CollectorState> old, Map<RegisteredCollector, Attempt> attempts) {
        Map<String, CollectorState> next = new HashMap<>(old);
        attempts.forEach((collector, attempt) ->
                next.put(collector.name(), of(old, collector).after(attempt)));
        return Map.copyOf(next);
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
        return Objects.nonNull(state.failure()) || Objects.nonNull(state.skip());
    }
}
