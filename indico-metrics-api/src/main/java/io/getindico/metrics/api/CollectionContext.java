package io.getindico.metrics.api;

import java.time.Instant;
import java.time.LocalDateTime;
import org.jooq.Field;

/**
 * The values that the expressions in a collector's queries may depend on. The number of queries and the families they
 * feed do not depend on the context.
 *
 * @since 0.1.0
 */
public interface CollectionContext {
    /**
     * The instant of this refresh, to compare with Indico's UTC columns. Use it instead of the system clock or
     * PostgreSQL's clock, so that all values of a refresh refer to one instant.
     *
     * @return the same instant for all collectors of the refresh, with PostgreSQL's microsecond precision
     */
    Instant now();

    /**
     * {@link #now()} as wall-clock time in Indico's time zone, to compare with the room-booking columns. The value is
     * bound when the query is sent. If the host has set no zone, the engine first reads the zone of the root category.
     *
     * @return a local time without a zone
     */
    Field<LocalDateTime> localNow();

    /**
     * {@return Indico's time zone, as a name that PostgreSQL knows, such as {@code Europe/Zurich}} Like {@link
     * #localNow()}, it is bound when the query is sent.
     */
    Field<String> zone();

    /**
     * The value of one of the collector's own settings.
     *
     * @param <T> the type of the value
     * @param setting one of {@link MetricCollector#settings()}
     * @return the value that the host has set, or the default
     * @throws IllegalArgumentException if the setting does not belong to the collector
     */
    <T> T setting(CollectorSetting<T> setting);
}
