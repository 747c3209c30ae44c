package io.getindico.metrics.collectors;

import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tables of the newest Indico, empty before each test, and what collectors read from them. */
public final class Indico implements BeforeEachCallback {
    /** When the gauges are read. */
    public static final Instant NOW = Instant.parse("2026-06-15T12:00:00.123456Z");

    /** Where the Indico server is: far from UTC, and not by whole hours. */
    public static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");

    /** What the clock on the wall says there. */
    public static final LocalDateTime LOCAL_NOW = LocalDateTime.ofInstant(NOW, ZONE);

    /** The least time that PostgreSQL can tell. */
    public static final Duration TICK = Duration.of(1, ChronoUnit.MICROS);

    private @Nullable Shared shared;

    @Override
    public void beforeEach(ExtensionContext context) {
        shared = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(Indico.class))
                .computeIfAbsent(Shared.class, key -> Shared.create(), Shared.class);
        rows().deleteAll();
    }

    public IndicoDatabase database() {
        return shared().database();
    }

    /** For what {@link #rows} cannot do. */
    public DSLContext dsl() {
        return shared().dsl();
    }

    public IndicoRows rows() {
        return shared().rows();
    }

    private Shared shared() {
        return Objects.requireNonNull(shared);
    }

    /** What collectors read from the rows; without names, all of them. */
    public Gauges read(String... collectors) {
        return Gauges.read(
                database().dataSource(), NOW, settings -> settings.zone(ZONE).include(List.of(collectors)));
    }

    /** One database for all classes of tests, closed with the last: to make one costs as much as many tests. */
    private record Shared(IndicoDatabase database, Connection connection, DSLContext dsl, IndicoRows rows)
            implements AutoCloseable {
        static Shared create() {
            try {
                IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest());
                Connection connection = database.dataSource().getConnection();
                DSLContext dsl = DSL.using(connection);
                return new Shared(database, connection, dsl, IndicoRows.into(dsl));
            } catch (SQLException e) {
                throw new DataAccessException("cannot connect", e);
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
            database.close();
        }
    }
}
