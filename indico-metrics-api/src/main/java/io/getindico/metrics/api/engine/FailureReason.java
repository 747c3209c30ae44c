package io.getindico.metrics.api.engine;

import java.util.Locale;

/**
 * Why a query of a collector gave no new values, as the label {@code reason} of {@code indico_collector_failing}.
 *
 * @since 0.1.0
 */
public enum FailureReason {
    /** The query budget or the lock timeout ended, or the collector took seconds more than the budget by itself. */
    TIMEOUT,
    /** Another session waited for a lock that ours held, and ours gave way. */
    CANCELLED_FOR_LOCK,
    /** A standby cancelled the query to go on with recovery, or a serialization failure. */
    CONFLICT,
    /** The database could not be reached, or the connection broke. */
    CONNECTION,
    /** Row-level security may hide rows from the login, or a privilege is missing that the catalog had not told of. */
    PRIVILEGE,
    /** A table, column or function is not there, or the database is not Indico's. */
    SCHEMA,
    /** The database refused or failed the query for another reason. */
    QUERY,
    /** What a collector reads besides the database, such as a file or a queue, could not be read. */
    SOURCE,
    /** The collector broke its contract: an unexpected exception, a series set twice, a statement that ends the transaction. */
    COLLECTOR_BUG,
    /** A table was rewritten or truncated while it was read, twice in a row. */
    CHANGED_UNDERNEATH;

    /**
     * The label's value.
     *
     * @return the constant's name in lower case
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the cause lies outside the collector and may be gone in a moment, so that it is tried before its TTL ends. */
    boolean isTransient() {
        return switch (this) {
            case CANCELLED_FOR_LOCK, CONFLICT, CONNECTION, SOURCE, CHANGED_UNDERNEATH -> true;
            case TIMEOUT, PRIVILEGE, SCHEMA, QUERY, COLLECTOR_BUG -> false;
        };
    }
}
