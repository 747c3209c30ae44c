package com.example.host;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What the service does in its own database. */
@Controller("/orders")
final class Orders {
    private final DataSource own;

    Orders(DataSource own) {
        this.own = own;
    }

    @Get
    @ExecuteOn(TaskExecutors.BLOCKING)
    long count() throws SQLException {
        try (var connection = own.getConnection();
                var rows = connection.createStatement().executeQuery("SELECT count(*) FROM orders")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
