package io.getindico.metrics.jooq;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jooq.impl.AbstractConverter;
import org.jspecify.annotations.Nullable;

/**
 * Converts Indico's times, which are UTC without a zone. Values are bound as {@code timestamp}: if a column were
 * compared with a {@code timestamptz}, PostgreSQL would convert it by the session's zone.
 *
 * @since 0.1.0
 */
public final class UtcConverter extends AbstractConverter<LocalDateTime, Instant> {
    private static final long serialVersionUID = 1L;

    public UtcConverter() {
        super(LocalDateTime.class, Instant.class);
    }

    @Override
    public @Nullable Instant from(@Nullable LocalDateTime time) {
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }

    @Override
    public @Nullable LocalDateTime to(@Nullable Instant instant) {
        return instant == null ? null : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
}
