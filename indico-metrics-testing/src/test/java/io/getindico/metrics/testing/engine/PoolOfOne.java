package io.getindico.metrics.testing.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postgresql.ds.PGSimpleDataSource;

/** Hands out the same connection again and again, to one at a time. */
final class PoolOfOne extends ForwardingDataSource {
    private final Connection only;
    private final Semaphore free = new Semaphore(1);

    PoolOfOne(Connection only) {
        super(new PGSimpleDataSource());
        this.only = only;
    }

    @Override
    public Connection getConnection() throws SQLException {
        free.acquireUninterruptibly();
        AtomicBoolean open = new AtomicBoolean(true);
        Object proxy = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        if (open.compareAndSet(true, false)) {
                            free.release();
                        }
                        return null;
                    }
                    try {
                        return method.invoke(only, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return (Connection) proxy;
    }
}
