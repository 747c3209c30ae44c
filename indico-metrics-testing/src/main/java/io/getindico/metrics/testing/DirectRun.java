package io.getindico.metrics.testing;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.MetricCollector;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.ExecuteListener;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.conf.StatementType;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;

/**
 * One run of a collector past the engine, which would refuse, repair or cut short what a test wants to see: in a
 * transaction that could write, and is rolled back.
 */
final class DirectRun implements CollectionContext, AutoCloseable {
    /** That of a freshly prepared Indico. */
    private static final ZoneId ZONE = ZoneId.of("Europe/Zurich");

    private final Connection connection;
    private final DSLContext unseen;
    private final DSLContext dsl;
    private final Map<Class<?>, Object> shared = new HashMap<>();
    private final Sample.Recorder recorder = new Sample.Recorder();
    private int statements;

    private DirectRun(Connection connection, ExecuteListener listener) {
        this.connection = connection;
        this.unseen = dsl(connection);
        this.dsl = dsl(connection, ExecuteListener.onStart(statement -> statements++), listener);
    }

    private static DSLContext dsl(Connection connection, ExecuteListener... listeners) {
        DefaultConfiguration configuration = new DefaultConfiguration();
        configuration.set(connection);
        configuration.set(SQLDialect.POSTGRES);
        configuration.set(new Settings().withExecuteLogging(false).withStatementType(StatementType.STATIC_STATEMENT));
        configuration.setExecuteListener(listeners);
        return DSL.using(configuration);
    }

    /** Begins a transaction, with an ear for what the collector sends. */
    static DirectRun on(IndicoDatabase database, ExecuteListener listener) throws SQLException {
        Connection connection = database.dataSource().getConnection();
        connection.setAutoCommit(false);
        DirectRun run = new DirectRun(connection, listener);
        run.set("search_path", "pg_catalog");
        return run;
    }

    static DirectRun on(IndicoDatabase database) throws SQLException {
        return on(database, new ExecuteListener() {
            private static final long serialVersionUID = 1L;
        });
    }

    DirectRun set(String parameter, String value) {
        unseen.setLocal(DSL.name(parameter), DSL.inline(value)).execute();
        return this;
    }

    DirectRun collect(MetricCollector collector) {
        collector.collect(this, recorder);
        return this;
    }

    List<Sample> samples() {
        return recorder.samples();
    }

    /** How many the collector sent, those of shared results left out. */
    int statements() {
        return statements;
    }

    /** PostgreSQL numbers a transaction when it writes, or locks rows for writing. */
    boolean hasWritten() {
        return unseen.fetchValue("SELECT pg_current_xact_id_if_assigned()") != null;
    }

    int serverProcess() {
        return unseen.fetchSingle("SELECT pg_backend_pid()").get(0, int.class);
    }

    @Override
    public DSLContext dsl() {
        return dsl;
    }

    @Override
    public Instant now() {
        return ExpositionText.NOW;
    }

    @Override
    public LocalDateTime localNow() {
        return LocalDateTime.ofInstant(now(), ZONE);
    }

    @Override
    public Duration activeUserAge() {
        return Duration.ofDays(2);
    }

    @Override
    public <T> T shared(Class<T> type, Function<? super DSLContext, ? extends T> query) {
        // Its query may ask for another shared result, which computeIfAbsent does not bear.
        Object known = shared.get(type);
        if (known == null) {
            known = query.apply(unseen);
            shared.put(type, known);
        }
        return type.cast(known);
    }

    /** For one that does not end. */
    void abort() throws SQLException {
        connection.abort(Runnable::run);
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            if (!connection.isClosed()) {
                connection.rollback();
            }
        }
    }
}
