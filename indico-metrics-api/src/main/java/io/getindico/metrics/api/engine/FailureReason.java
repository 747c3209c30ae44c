package io.getindico.metrics.api.engine;

import java.util.Locale;

/**
 * Why a query of a collector returned no new values, as the label {@code reason} of {@code indico_collector_failing}.
 *
 * @since 0.1.0
 */
public enum FailureReason {
    /** The query exceeded its budget or the lock timeout, or the collector's Java code took seconds too long. */
    TIMEOUT,
    /** Another session waited for a lock that ours held, so ours was cancelled. */
    CANCELLED_FOR_LOCK,
    /** A standby cancelled the query to continue recovery, or serialization failed. */
    CONFLICT,
    /** The database could not be reached, or the connection broke. */
    CONNECTION,
    /** Row-level security may hide rows from the login, or a privilege is missing that the catalog did not show. */
    PRIVILEGE,
    /** A table, column or function does not exist, or the database is not Indico's. */
    SCHEMA,
    /** The database refused or failed the query for another reason, or the query itself says that its values would be wrong. */
    QUERY,
    /** A source other than the database, such as a file or a queue, could not be read. */
    SOURCE,
    /** The collector broke its contract: an unexpected exception, a series set twice, a statement that ends the transaction. */
    COLLECTOR_BUG,
    /** A table was rewritten or truncated while it was read, twice in a row. */
    CHANGED_UNDERNEATH;

    /** {@return the label's value: the constant's name in lower case} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the cause lies outside the collector and may pass quickly, so a retry need not wait for the TTL. */
    boolean isTransient() {
        return switch (this) {
            case CANCELLED_FOR_LOCK, CONFLICT, CONNECTION, SOURCE, CHANGED_UNDERNEATH -> true;
            case TIMEOUT, PRIVILEGE, SCHEMA, QUERY, COLLECTOR_BUG -> false;
        };
    }
}
