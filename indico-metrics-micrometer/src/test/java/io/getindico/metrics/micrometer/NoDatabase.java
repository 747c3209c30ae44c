package io.getindico.metrics.micrometer;

import java.lang.reflect.Proxy;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A data source whose database is away. */
final class NoDatabase {
    private NoDatabase() {}

    static DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                NoDatabase.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    throw new SQLException("the connection was refused", "08001");
                });
    }
}
