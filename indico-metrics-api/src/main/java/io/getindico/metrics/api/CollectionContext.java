package io.getindico.metrics.api;

import java.time.Instant;
import java.time.LocalDateTime;
import org.jooq.Field;

/**
 * What the expressions of a collector's queries may depend on. The queries themselves, and the families that they feed,
 * are the same whatever the context.
 *
 * @since 0.1.0
 */
public interface CollectionContext {
    /**
     * The instant of this refresh, to compare with Indico's UTC columns. Use it instead of the system clock and of
     * PostgreSQL's: all values of a refresh are of one instant.
     *
     * @return the same instant for all collectors of the refresh, in microseconds as PostgreSQL has them
     */
    Instant now();

    /**
     * {@link #now()} as wall-clock time of the zone in which Indico runs, to compare with the room-booking columns. Its
     * value is bound when the query is sent: where the host has set no zone, the engine reads the root category's first.
     *
     * @return local time without zone
     */
    Field<LocalDateTime> localNow();

    /**
     * The zone in which Indico runs, as a name that PostgreSQL knows. Bound when the query is sent, as
     * {@link #localNow()} is.
     *
     * @return such as {@code Europe/Zurich}
     */
    Field<String> zone();

    /**
     * The value of one of the collector's own settings.
     *
     * @param <T> the type of the value
     * @param setting one of {@link MetricCollector#settings()}
     * @return what the host has set, or the default
     * @throws IllegalArgumentException if the setting is not the collector's
     */
    <T> T setting(CollectorSetting<T> setting);
}
