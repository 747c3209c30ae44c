package io.getindico.metrics.testing.engine;

import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.PostgresServer;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.ds.PGSimpleDataSource;

/** The sessions in a database as the server lists them, without the session that asks. */
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

    /** How many sessions run a statement that contains the text. */
    public int running(String text) {
        return (int) all().stream()
                .filter(row -> "active".equals(row.get("state", String.class)))
                .filter(row -> row.get("query", String.class).contains(text))
                .count();
    }

    /** Whether one waits for a lock, and has done so for at least that long. */
    boolean isWaitingForALockSince(Duration time) {
        return DSL.using(watcher(), SQLDialect.POSTGRES)
                .fetchExists(
                        DSL.table("pg_stat_activity"),
                        DSL.condition(
                                "datname = current_database() AND wait_event_type = 'Lock'"
                                        + " AND clock_timestamp() - query_start >= make_interval(secs => {0})",
                                DSL.inline(time.toMillis() / 1000.0)));
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
