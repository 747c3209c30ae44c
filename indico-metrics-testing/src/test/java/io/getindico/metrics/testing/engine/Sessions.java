package io.getindico.metrics.testing.engine;

import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.PostgresServer;
import java.util.List;
import javax.sql.DataSource;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.ds.PGSimpleDataSource;

/** What the server tells of the sessions in a database, the asking one left out. */
public final class Sessions {
    private final PostgresServer server;
    private final String database;

    public Sessions(PostgresServer server, String database) {
        this.server = server;
        this.database = database;
    }

    Sessions(IndicoDatabase database) {
        this(database.server(), database.name());
    }

    public int count() {
        return all().size();
    }

    /** How many are at work on a statement that contains the text. */
    public int running(String text) {
        return (int) all().stream()
                .filter(row -> "active".equals(row.get("state", String.class)))
                .filter(row -> row.get("query", String.class).contains(text))
                .count();
    }

    public List<Record> all() {
        return List.copyOf(DSL.using(watcher(), SQLDialect.POSTGRES).fetch("""
                        SELECT pid, application_name, state, query FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name <> 'watcher'
                        AND backend_type = 'client backend'"""));
    }

    /** Told apart by its name: an earlier look's session may not have ended yet. */
    private DataSource watcher() {
        PGSimpleDataSource watcher = new PGSimpleDataSource();
        watcher.setUrl(server.jdbcUrl(database));
        watcher.setUser(server.user());
        watcher.setPassword(server.password());
        watcher.setApplicationName("watcher");
        return watcher;
    }
}
