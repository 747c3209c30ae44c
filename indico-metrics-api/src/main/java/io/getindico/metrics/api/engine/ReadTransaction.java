package io.getindico.metrics.api.engine;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jooq.Condition;
import org.jooq.Configuration;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.jooq.impl.SQLDataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code REPEATABLE READ READ ONLY} transaction on a connection of the host, with settings that protect the
 * database. All settings are local to the transaction, so nothing is left behind on a pooled connection, not even on
 * PgBouncer's.
 */
final class ReadTransaction implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadTransaction.class);

    /** How long the client waits beyond the statement timeout before it considers the network dead. */
    private static final Duration NETWORK_GRACE = Duration.ofSeconds(2);

    private static final String SAVEPOINT = "collector";

    /** Rows that a cursor fetches at a time. */
    private static final int FETCH_SIZE = 1000;

    private final Connection connection;
    private final boolean autoCommit;
    private final int networkTimeout;
    private final RunControl control;
    private final Executor executor;
    private boolean standby;
    private boolean hidesDamage;
    private boolean usable = true;

    private ReadTransaction(Connection connection, RunControl control, Executor executor) throws SQLException {
        this.connection = connection;
        this.autoCommit = connection.getAutoCommit();
        this.networkTimeout = connection.getNetworkTimeout();
        this.control = control;
        this.executor = executor;
    }

    /** Provides connections, and the settings of transactions on them. */
    record Source(DataSource dataSource, EngineSettings settings, Executor executor) {}

    static ReadTransaction open(Source source, RunControl control, Duration budget, Duration lockTimeout)
            throws SQLException {
        control.connecting(source.settings().time().now());
        Connection connection;
        try {
            connection = source.dataSource().getConnection();
        } finally {
            control.connectingEnded();
        }
        ReadTransaction transaction;
        try {
            transaction = new ReadTransaction(connection, control, source.executor());
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
        try {
            control.connected(connection);
            transaction.begin(source.settings(), budget, lockTimeout);
            return transaction;
        } catch (SQLException | RuntimeException e) {
            transaction.close();
            throw e;
        }
    }

    private void begin(EngineSettings settings, Duration budget, Duration lockTimeout) throws SQLException {
        connection.setNetworkTimeout(
                executor, Math.toIntExact(budget.plus(NETWORK_GRACE).toMillis()));
        if (autoCommit) {
            connection.setAutoCommit(false);
        } else {
            // A pool's validation query may already have begun a transaction.
            rollBack();
        }
        DSLContext dsl = dsl();
        dsl.setLocal(name("transaction_isolation"), inline("repeatable read")).execute();
        dsl.setLocal(name("transaction_read_only"), inline("on")).execute();
        Record facts = dsl.fetchSingle(configuration(settings, budget, lockTimeout));
        control.backendPid(facts.get(0, Integer.class));
        standby = facts.get(1, Boolean.class);
        hidesDamage = facts.get(2, Boolean.class);
    }

    private static Select<?> configuration(EngineSettings settings, Duration budget, Duration lockTimeout) {
        String budgetMillis = String.valueOf(budget.toMillis());
        List<Field<?>> fields = new ArrayList<>();
        fields.add(SystemCatalog.call("pg_backend_pid", SQLDataType.INTEGER));
        fields.add(SystemCatalog.call("pg_is_in_recovery", SQLDataType.BOOLEAN));
        fields.add(DSL.field(isOn("zero_damaged_pages").or(isOn("ignore_checksum_failure"))));
        fields.add(setting("application_name", "indico-metrics"));
        fields.add(setting("search_path", "pg_catalog"));
        // Raises an error instead of letting row-level security hide rows.
        fields.add(setting("row_security", "off"));
        fields.add(setting("plan_cache_mode", "force_custom_plan"));
        fields.add(setting("jit", "off"));
        fields.add(setting("statement_timeout", budgetMillis));
        fields.add(setting("idle_in_transaction_session_timeout", String.valueOf(RunLimits.JAVA.toMillis())));
        fields.add(lockTimeout(lockTimeout));
        fields.add(setting("max_parallel_workers_per_gather", String.valueOf(settings.workers())));
        if (settings.workMem() != null) {
            fields.add(setting("work_mem", settings.workMem()));
        }
        return DSL.select(fields);
    }

    private static Field<String> setting(String name, String value) {
        return SystemCatalog.call("set_config", SQLDataType.VARCHAR, inline(name), inline(value), inline(true));
    }

    private static Condition isOn(String setting) {
        return SystemCatalog.call("current_setting", SQLDataType.VARCHAR, inline(setting))
                .eq(inline("on"));
    }

    private static Field<String> lockTimeout(Duration timeout) {
        return setting("lock_timeout", String.valueOf(timeout.toMillis()));
    }

    /** Sets the limit for later statements. A rollback to an earlier savepoint undoes it. */
    void setLockTimeout(Duration timeout) {
        try {
            dsl().select(lockTimeout(timeout)).fetch();
        } catch (DataAccessException | CollectionException e) {
            LOG.debug("no further statement can be sent: {}", e.toString());
            usable = false;
        }
    }

    /** A context for the engine's own statements. */
    DSLContext dsl() {
        return DSL.using(configuration());
    }

    private Configuration configuration() {
        return new DefaultConfiguration()
                .set(connection)
                .set(SQLDialect.POSTGRES)
                .set(JooqSettings.get())
                .set(new StatementGuard(control));
    }

    /**
     * Runs a statement in a savepoint, so that a failure undoes only this statement.
     *
     * @param bindings the values that the statement's expressions request
     * @param reader converts the rows; an exception undoes the statement too
     */
    <T> T read(Select<?> statement, Bindings bindings, Function<Result<?>, T> reader) {
        Configuration configuration = configuration();
        bindings.bindTo(configuration);
        DSLContext dsl = DSL.using(configuration);
        // Rendering reads what the expressions request. A later savepoint cannot undo it.
        var unused = dsl.render(statement);
        return read(dsl, statement, reader);
    }

    /** Like {@link #read}, but passes the rows on as they arrive, through a cursor of the server. */
    <T> T stream(Select<?> statement, Bindings bindings, Function<Cursor<?>, T> reader) {
        Configuration configuration = configuration();
        bindings.bindTo(configuration);
        DSLContext dsl = DSL.using(configuration);
        var unused = dsl.render(statement);
        return inSavepoint(() -> {
            try (Cursor<?> rows = dsl.fetchLazy(statement.fetchSize(FETCH_SIZE))) {
                return reader.apply(rows);
            }
        });
    }

    /** Runs a statement without bindings, also in a savepoint. */
    <T> T read(Select<?> statement, Function<Result<?>, T> reader) {
        return read(dsl(), statement, reader);
    }

    private <T> T read(DSLContext dsl, Select<?> statement, Function<Result<?>, T> reader) {
        return inSavepoint(() -> reader.apply(dsl.fetch(statement)));
    }

    private <T> T inSavepoint(Supplier<T> work) {
        Savepoint savepoint = savepoint();
        try {
            T read = work.get();
            release(savepoint);
            return read;
        } catch (RuntimeException | Error e) {
            rollBackTo(savepoint);
            throw e;
        }
    }

    /** Whether the server is a standby. There a recovery conflict may end the session, not just the statement. */
    boolean isStandby() {
        return standby;
    }

    /** Whether the server leaves out rows on damaged pages without an error. Only a superuser can change this. */
    boolean hidesDamage() {
        return hidesDamage;
    }

    /** Whether another statement can be sent. */
    boolean isUsable() {
        return usable;
    }

    private Savepoint savepoint() {
        try {
            // Without a name, the driver would number it, and pg_stat_statements would keep an entry for each number.
            return connection.setSavepoint(SAVEPOINT);
        } catch (SQLException e) {
            usable = false;
            throw new DataAccessException("no savepoint could be set", e);
        }
    }

    private void release(Savepoint savepoint) {
        try {
            connection.releaseSavepoint(savepoint);
        } catch (SQLException e) {
            throw new DataAccessException("a savepoint could not be released", e);
        }
    }

    private void rollBackTo(Savepoint savepoint) {
        try {
            connection.rollback(savepoint);
        } catch (SQLException e) {
            LOG.debug("rollback to savepoint failed: {}", e.toString());
            usable = false;
        }
    }

    /** Sends a static statement. The driver's own rollback is a prepared one, which PgBouncer would lose. */
    private void rollBack() {
        DSL.using(connection, SQLDialect.POSTGRES, JooqSettings.get())
                .rollback()
                .execute();
    }

    /**
     * Restores the connection. This may hang, so others can abort the connection until it is done, but not afterwards.
     */
    private void restore() throws SQLException {
        try {
            if (!connection.isClosed()) {
                rollBack();
                connection.setAutoCommit(autoCommit);
                connection.setNetworkTimeout(executor, networkTimeout);
            }
        } finally {
            control.disconnected();
        }
    }

    @Override
    public void close() {
        try (connection) {
            restore();
        } catch (SQLException | DataAccessException e) {
            LOG.debug("closing a connection failed: {}", e.toString());
        }
    }
}
