package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.util.Map;

/** The states of all queries and of the database at one moment. */
record EngineState(Map<RegisteredQuery, QueryState> queries, DatabaseContact.View database, Moment now) {
    QueryState of(RegisteredQuery query) {
        return QueryStates.of(queries, query);
    }

    boolean isUp() {
        return database.isUp(now);
    }
}
