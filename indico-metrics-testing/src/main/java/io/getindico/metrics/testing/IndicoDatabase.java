package io.getindico.metrics.testing;

import io.getindico.metrics.jooq.IndicoRelease;
import javax.sql.DataSource;
import org.jooq.DSLContext;

/**
 * A database of its own with the tables of one of Indico's releases: keys, enum checks and indexes as Indico makes them,
 * and no rows. Where a database is at hand, it costs a tenth of a second.
 *
 * @since 0.1.0
 */
public final class IndicoDatabase implements AutoCloseable {
    private final PostgresServer server;
    private final IndicoRelease release;
    private final String name;

    private IndicoDatabase(PostgresServer server, IndicoRelease release, String name) {
        this.server = server;
        this.release = release;
        this.name = name;
    }

    /**
     * Creates a database on the {@linkplain PostgresServer#shared() shared server}.
     *
     * @param release whose tables it gets
     * @return a new database, to be closed
     */
    public static IndicoDatabase create(IndicoRelease release) {
        return create(PostgresServer.shared(), release);
    }

    /**
     * Creates a database.
     *
     * @param server where
     * @param release whose tables it gets
     * @return a new database, to be closed
     */
    public static IndicoDatabase create(PostgresServer server, IndicoRelease release) {
        return new IndicoDatabase(server, release, server.createDatabase(release));
    }

    /**
     * Puts in the rows that Indico's own {@code db prepare} leaves: the revisions, the system user, the root category
     * with the time zone Europe/Zurich, two designer templates and the check-in application.
     */
    public void prepare() {
        dsl().transaction(transaction -> PreparedRows.insert(transaction.dsl(), release));
    }

    /**
     * The release whose tables the database has.
     *
     * @return as given
     */
    public IndicoRelease release() {
        return release;
    }

    /**
     * The server that the database is on.
     *
     * @return as given
     */
    public PostgresServer server() {
        return server;
    }

    /**
     * The database's name.
     *
     * @return unique on its server
     */
    public String name() {
        return name;
    }

    /**
     * The database's address.
     *
     * @return a JDBC URL, to be used with the {@linkplain PostgresServer#user() login} of the server
     */
    public String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    /**
     * Connections as the server's login, without a pool.
     *
     * @return a new data source
     */
    public DataSource dataSource() {
        return server.dataSource(name);
    }

    /**
     * jOOQ over {@link #dataSource}, to put rows in: each statement is a transaction of its own.
     *
     * @return a new context
     */
    public DSLContext dsl() {
        return server.dsl(name);
    }

    /** Drops the database, whoever is connected to it. */
    @Override
    public void close() {
        server.dropDatabase(name);
    }
}
