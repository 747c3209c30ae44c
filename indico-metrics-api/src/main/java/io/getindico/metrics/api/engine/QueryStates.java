package io.getindico.metrics.api.engine;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.QueryState.Attempt;
import io.getindico.metrics.api.engine.QueryState.Failure;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states of all queries, replaced as a whole: a reader sees all of a refresh or nothing. */
final class QueryStates {
    private static final Logger LOG = LoggerFactory.getLogger(QueryStates.class);

    private volatile Map<RegisteredQuery, QueryState> states = Map.of();

    /** What became of a query, as a line of the log tells it; equal for queries that share a line. */
    private record News(
            RegisteredCollector collector,
            @Nullable Skip skip,
            @Nullable Failure failure) {}

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
                .filter(query -> isNews(of(before, query), of(after, query)))
                .sorted(comparing((RegisteredQuery query) -> query.collector().name())
                        .thenComparingInt(RegisteredQuery::index))
                .collect(groupingBy(query -> news(query, of(after, query)), LinkedHashMap::new, toList()))
                .forEach(QueryStates::log);
    }

    /** Once per change, or a database that stays away fills the log. */
    private static boolean isNews(QueryState before, QueryState after) {
        if (after.skip() != null) {
            return !after.skip().equals(before.skip());
        }
        if (after.gotNoConnection()) {
            // Told once for all of them, by the contact with the database.
            return false;
        }
        return after.failure() == null
                ? isTrouble(before)
                : !before.failedFor(after.failure().reason());
    }

    private static boolean isTrouble(QueryState state) {
        return (state.failure() != null && !state.gotNoConnection()) || state.skip() != null;
    }

    private static News news(RegisteredQuery query, QueryState after) {
        return new News(query.collector(), after.skip(), after.failure());
    }

    private static void log(News news, List<RegisteredQuery> queries) {
        String collector = news.collector().name();
        String families = queries.stream().map(RegisteredQuery::familyNames).collect(joining(", "));
        Skip skip = news.skip();
        Failure failure = news.failure();
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
