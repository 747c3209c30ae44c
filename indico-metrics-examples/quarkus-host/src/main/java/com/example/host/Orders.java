package com.example.host;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What the service does in its own database. */
@Path("/orders")
public class Orders {
    @Inject
    DataSource own;

    @GET
    public long count() throws SQLException {
        try (var connection = own.getConnection();
                var rows = connection.createStatement().executeQuery("SELECT count(*) FROM orders")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
