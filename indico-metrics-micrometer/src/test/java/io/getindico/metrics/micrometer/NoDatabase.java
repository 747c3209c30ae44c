package io.getindico.metrics.micrometer;

import java.lang.reflect.Proxy;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A database that is away. Whoever connects passes the gate first. */
final class NoDatabase {
    final Gate gate = new Gate();

    DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                NoDatabase.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    gate.pass();
                    throw new SQLException("the connection was refused", "08001");
                });
    }
}
