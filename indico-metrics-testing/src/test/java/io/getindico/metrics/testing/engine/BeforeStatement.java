package io.getindico.metrics.testing.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/** Does something just before the first statement that contains a text. */
final class BeforeStatement extends StatementWatch {
    private final String text;
    private final Runnable task;
    private final AtomicBoolean done = new AtomicBoolean();

    BeforeStatement(DataSource target, String text, Runnable task) {
        super(target);
        this.text = text;
        this.task = task;
    }

    boolean isDone() {
        return done.get();
    }

    @Override
    void before(String sql) {
        if (sql.contains(text) && done.compareAndSet(false, true)) {
            task.run();
        }
    }
}
