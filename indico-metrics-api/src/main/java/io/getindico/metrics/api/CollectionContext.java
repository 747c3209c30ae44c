package io.getindico.metrics.api;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * What a collector may know of the refresh it runs in. Valid only during {@link MetricCollector#collect}, on the calling
 * thread.
 *
 * @since 0.1.0
 */
public interface CollectionContext {
    /**
     * Queries go here: one read-only snapshot of the database, shared by all collectors of this refresh. The connection
     * behind it cannot be committed, closed or unwrapped; statements are cancelled when the query budget ends.
     *
     * @return a jOOQ context for PostgreSQL
     */
    DSLContext dsl();

    /**
     * The one instant of this refresh, to be compared with Indico's UTC columns. Never ask the system clock.
     *
     * @return the same instant for all collectors of the refresh, in microseconds as PostgreSQL has them
     */
    Instant now();

    /**
     * {@link #now()} as wall-clock time of the zone in which Indico runs, to be compared with the room-booking columns.
     * Where the host has set no zone, the root category's is read, in a statement that does not count as the
     * collector's.
     *
     * @return local time without zone
     */
    LocalDateTime localNow();

    /**
     * How recent a login must be for its user to count as active.
     *
     * @return 48 hours unless the host says otherwise
     */
    Duration activeUserAge();

    /**
     * A result that several collectors need, read once per transaction by the first that asks for it.
     *
     * @param <T> the result's type
     * @param type the key: collectors that name the same type get the same result
     * @param query reads the result; its statements do not count as the collector's
     * @return the result, to be treated as immutable
     */
    <T> T shared(Class<T> type, Function<? super DSLContext, ? extends T> query);
}
