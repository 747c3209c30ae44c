package io.getindico.metrics.testing.engine;

import io.getindico.metrics.testing.IndicoDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * A login that only this test uses. It may read everything until a statement restricts it. Closing it drops the role.
 */
public final class Login implements AutoCloseable {
    private final IndicoDatabase database;
    private final String name = "reader_" + UUID.randomUUID().toString().substring(0, 8);
    private volatile String password = "right";

    public Login(IndicoDatabase database) {
        this.database = database;
        sql("CREATE ROLE %s LOGIN PASSWORD 'right'");
        sql("""
                DO $$ DECLARE s text; BEGIN
                  FOR s IN SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%%' LOOP
                    EXECUTE format('GRANT USAGE ON SCHEMA %%I TO %1$s', s);
                    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %%I TO %1$s', s);
                  END LOOP; END $$""");
    }

    /** Runs a statement as superuser, with the login's name in place of {@code %s}. */
    public void sql(String statement) {
        database.dsl().execute(statement.formatted(name));
    }

    void changePassword(String other) {
        sql("ALTER ROLE %s PASSWORD '" + other + "'");
    }

    /** Sets the password for later connections. */
    public void usePassword(String other) {
        password = other;
    }

    DataSource dataSource() {
        return through(SessionWatch.named(database));
    }

    /** A data source that connects as this login through another data source. */
    public DataSource through(DataSource way) {
        return new ForwardingDataSource(way) {
            @Override
            public Connection getConnection() throws SQLException {
                return way.getConnection(name, password);
            }
        };
    }

    @Override
    public void close() {
        sql("DROP OWNED BY %s");
        sql("DROP ROLE %s");
    }
}
