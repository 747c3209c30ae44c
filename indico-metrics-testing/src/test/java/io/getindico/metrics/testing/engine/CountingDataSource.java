package io.getindico.metrics.testing.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Counts the connections that are asked for, and those held at a time. */
public final class CountingDataSource extends ForwardingDataSource {
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger connecting = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger mostHeld = new AtomicInteger();

    public CountingDataSource(DataSource target) {
        super(target);
    }

    public int asked() {
        return asked.get();
    }

    /** How many connections are being opened. */
    public int connecting() {
        return connecting.get();
    }

    public int held() {
        return held.get();
    }

    public int mostHeld() {
        return mostHeld.get();
    }

    @Override
    public Connection getConnection() throws SQLException {
        asked.incrementAndGet();
        mostHeld.accumulateAndGet(held.incrementAndGet(), Math::max);
        connecting.incrementAndGet();
        try {
            return counted(super.getConnection());
        } catch (SQLException e) {
            held.decrementAndGet();
            throw e;
        } finally {
            connecting.decrementAndGet();
        }
    }

    private Connection counted(Connection connection) {
        AtomicBoolean closed = new AtomicBoolean();
        Object proxy = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    boolean ends =
                            method.getName().equals("close") || method.getName().equals("abort");
                    if (ends && closed.compareAndSet(false, true)) {
                        held.decrementAndGet();
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return (Connection) proxy;
    }
}
