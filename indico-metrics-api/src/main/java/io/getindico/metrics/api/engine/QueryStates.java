package io.getindico.metrics.api.engine;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.QueryState.Attempt;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states of all queries. They are replaced as a whole, so a reader sees all results of a refresh or none. */
final class QueryStates {
    private static final Logger LOG = LoggerFactory.getLogger(QueryStates.class);

    private final Runnable onPublished;
    private volatile Map<RegisteredQuery, QueryState> states = Map.of();

    /** The outcome of a query as one log line reports it. Queries with equal outcomes share a line. */
    private record LogLine(
            RegisteredCollector collector,
            @Nullable Skip skip,
            @Nullable Failure failure) {}

    QueryStates() {
        this(() -> {});
    }

    /**
     * Creates states of queries that have never run.
     *
     * @param onPublished runs after each publication, on the thread that publishes
     */
    QueryStates(Runnable onPublished) {
        this.onPublished = onPublished;
    }

    Map<RegisteredQuery, QueryState> current() {
        return states;
    }

    static QueryState of(Map<RegisteredQuery, QueryState> states, RegisteredQuery query) {
        return states.getOrDefault(query, QueryState.NEVER_RUN);
    }

    QueryState of(RegisteredQuery query) {
        return of(current(), query);
    }

    synchronized void publish(Map<RegisteredQuery, Attempt> attempts) {
        Map<RegisteredQuery, QueryState> before = states;
        Map<RegisteredQuery, QueryState> after = new HashMap<>(before);
        attempts.forEach((query, attempt) -> after.put(query, of(before, query).after(attempt)));
        states = Map.copyOf(after);
        attempts.keySet().stream()
                .filter(query -> isChange(of(before, query), of(after, query)))
                .sorted(comparing((RegisteredQuery query) -> query.collector().name())
                        .thenComparingInt(RegisteredQuery::index))
                .collect(groupingBy(query -> line(query, of(after, query)), LinkedHashMap::new, toList()))
                .forEach(QueryStates::log);
        onPublished.run();
    }

    /** Logs only changes; otherwise a long outage would fill the log. */
    private static boolean isChange(QueryState before, QueryState after) {
        if (after.skip() != null) {
            return !after.skip().equals(before.skip());
        }
        // DatabaseContact logs a missing connection once for all queries. Nobody waits for closed metrics.
        if (after.gotNoConnection() || Failure.CLOSED.equals(after.failure())) {
            return false;
        }
        return after.failure() == null
                ? isTrouble(before)
                : !before.failedFor(after.failure().reason());
    }

    private static boolean isTrouble(QueryState state) {
        return (state.failure() != null && !state.gotNoConnection()) || state.skip() != null;
    }

    private static LogLine line(RegisteredQuery query, QueryState after) {
        return new LogLine(query.collector(), after.skip(), after.failure());
    }

    private static void log(LogLine line, List<RegisteredQuery> queries) {
        String collector = line.collector().name();
        String families = queries.stream().map(RegisteredQuery::familyNames).collect(joining(", "));
        Skip skip = line.skip();
        Failure failure = line.failure();
        if (skip != null) {
            String reason = skip.reason().label();
            LOG.info("collector '{}' skips {}: {} ({})", collector, families, skip.detail(), reason);
        } else if (failure != null) {
            String reason = failure.reason().label();
            LOG.warn("collector '{}' failed to read {}: {} ({})", collector, families, failure.detail(), reason);
        } else {
            LOG.info("collector '{}' reads {} again", collector, families);
        }
    }
}
