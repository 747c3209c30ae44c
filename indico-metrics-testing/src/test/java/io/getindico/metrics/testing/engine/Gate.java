package io.getindico.metrics.testing.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** A data source that can be made to hang, deaf to interrupts as a socket is. */
final class Gate extends ForwardingDataSource {
    private volatile boolean shut;

    Gate(DataSource target) {
        super(target);
    }

    void shut() {
        shut = true;
    }

    void open() {
        shut = false;
    }

    @Override
    public Connection getConnection() throws SQLException {
        while (shut) {
            LockSupport.parkNanos(1_000_000);
        }
        return super.getConnection();
    }
}
