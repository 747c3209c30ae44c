package io.getindico.metrics.testing.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/** Remembers the statements that are sent. */
public final class StatementLog extends StatementWatch {
    private final List<String> statements = new CopyOnWriteArrayList<>();

    public StatementLog(DataSource target) {
        super(target);
    }

    /** The statements that contain a text, in the order in which they were sent. */
    public List<String> containing(String text) {
        return statements.stream().filter(sql -> sql.contains(text)).toList();
    }

    public void clear() {
        statements.clear();
    }

    @Override
    void before(String sql) {
        statements.add(sql);
    }
}
