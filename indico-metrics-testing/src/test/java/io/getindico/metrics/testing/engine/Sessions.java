package io.getindico.metrics.testing.engine;

import io.getindico.metrics.testing.IndicoDatabase;
import java.util.List;
import org.jooq.Record;

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
        return List.copyOf(database.dsl().fetch("""
                        SELECT pid, application_name, state, query FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""));
    }
}
