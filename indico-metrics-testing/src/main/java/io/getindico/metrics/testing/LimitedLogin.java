package io.getindico.metrics.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.SortedSet;
import javax.sql.DataSource;
import org.jooq.CloseableDSLContext;

/**
 * A role that may read only what it was granted, and sessions of that role. Needs a superuser. At most one exists for a
 * database at a time.
 *
 * @since 0.1.0
 */
public final class LimitedLogin implements AutoCloseable {
    private final IndicoDatabase database;
    private final CloseableDSLContext dsl;
    private final String role;

    /**
     * Creates the role. It may read the revisions of Indico and nothing else.
     *
     * @param database the database that it may connect to
     */
    public LimitedLogin(IndicoDatabase database) {
        this.database = database;
        this.dsl = database.connect();
        this.role = database.name() + "_reader";
        dsl.execute("CREATE ROLE " + role);
        // Without this, the revisions are not known.
        grant("public.alembic_version", "version_num");
    }

    /** {@return the name of the role} */
    public String role() {
        return role;
    }

    /**
     * Runs a script of {@code IndicoMetrics.grants} for this role, as a superuser.
     *
     * @param script one or more statements
     */
    public void run(String script) {
        // As plain SQL of jOOQ, a question mark or a brace would need an escape.
        dsl.connection(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(script);
            }
        });
    }

    /**
     * Grants columns. For a table without columns it grants any one column, which is enough to count rows.
     *
     * @param columns columns by qualified table, as in {@code CollectorStatus.Query.columns()}
     */
    public void grant(Map<String, SortedSet<String>> columns) {
        columns.forEach((table, names) -> {
            if (names.isEmpty()) {
                grant(table, anyColumn(table));
            }
            names.forEach(name -> grant(table, name));
        });
    }

    /**
     * Grants one column.
     *
     * @param table the table with its schema
     * @param column one of its columns
     */
    public void grant(String table, String column) {
        dsl.execute("GRANT USAGE ON SCHEMA %s TO %s".formatted(table.substring(0, table.indexOf('.')), role));
        dsl.execute("GRANT SELECT (%s) ON %s TO %s".formatted(column, table, role));
    }

    /**
     * Revokes the right to read one column.
     *
     * @param table the table with its schema
     * @param column one of its columns
     */
    public void revoke(String table, String column) {
        dsl.execute("REVOKE SELECT (%s) ON %s FROM %s".formatted(column, table, role));
    }

    private String anyColumn(String table) {
        return dsl.fetchSingle(
                        "SELECT attname::text FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0"
                                + " AND NOT attisdropped ORDER BY attnum LIMIT 1",
                        table)
                .get(0, String.class);
    }

    /**
     * Sessions of the role.
     *
     * @return a new data source, without a pool
     */
    public DataSource dataSource() {
        DataSource asOwner = database.dataSource();
        return (DataSource) Proxy.newProxyInstance(
                LimitedLogin.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(asOwner, arguments);
                        if (result instanceof Connection connection) {
                            become(connection);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void become(Connection connection) throws java.sql.SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION AUTHORIZATION " + role);
        }
    }

    /** Drops the role and the functions that it may call. */
    @Override
    public void close() {
        dsl.execute("DROP SCHEMA IF EXISTS indico_metrics CASCADE");
        dsl.execute("DROP OWNED BY " + role);
        dsl.execute("DROP ROLE " + role);
        dsl.close();
    }
}
