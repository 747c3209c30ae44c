package io.getindico.metrics.testing.engine;

import io.getindico.metrics.testing.IndicoDatabase;
import java.util.List;
import javax.sql.DataSource;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.ds.PGSimpleDataSource;

/** What the server tells of the sessions in a database, the asking one left out. */
final class Sessions {
    private final IndicoDatabase database;

    Sessions(IndicoDatabase database) {
        this.database = database;
    }

    int count() {
        return all().size();
    }

    /** How many are at work on a statement that contains the text. */
    int running(String text) {
        return (int) all().stream()
                .filter(row -> "active".equals(row.get("state", String.class)))
                .filter(row -> row.get("query", String.class).contains(text))
                .count();
    }

    List<Record> all() {
        return List.copyOf(DSL.using(watcher(), SQLDialect.POSTGRES).fetch("""
                        SELECT pid, application_name, state, query FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name <> 'watcher'
                        AND backend_type = 'client backend'"""));
    }

    /** Told apart by its name: an earlier look's session may not have ended yet. */
    private DataSource watcher() {
        PGSimpleDataSource watcher = new PGSimpleDataSource();
        watcher.setUrl(database.jdbcUrl());
        watcher.setUser(database.server().user());
        watcher.setPassword(database.server().password());
        watcher.setApplicationName("watcher");
        return watcher;
    }
}
