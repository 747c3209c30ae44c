package io.getindico.metrics.testing.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Sees each statement before it is sent. */
abstract class StatementWatch extends ForwardingDataSource {
    StatementWatch(DataSource target) {
        super(target);
    }

    abstract void before(String sql);

    @Override
    public Connection getConnection() throws SQLException {
        return watched(Connection.class, super.getConnection());
    }

    private <T> T watched(Class<T> type, Object target) {
        Object proxy = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (arguments != null && arguments.length > 0 && arguments[0] instanceof String sql) {
                        before(sql);
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
