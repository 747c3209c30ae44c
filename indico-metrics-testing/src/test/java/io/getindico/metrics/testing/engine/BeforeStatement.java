package io.getindico.metrics.testing.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/** Does something just before the first statement that contains a text. */
final class BeforeStatement extends ForwardingDataSource {
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
    public Connection getConnection() throws SQLException {
        return watched(Connection.class, super.getConnection());
    }

    private <T> T watched(Class<T> type, Object target) {
        Object proxy = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (arguments != null
                            && arguments.length > 0
                            && arguments[0] instanceof String sql
                            && sql.contains(text)
                            && done.compareAndSet(false, true)) {
                        task.run();
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        return result instanceof Statement && method.getReturnType() == Statement.class
                                ? watched(Statement.class, result)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return type.cast(proxy);
    }
}
