package com.example.host;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jdbi.v3.core.Jdbi;

/** What the service does in its own database. */
@Path("/orders")
public record Orders(Jdbi own) {
    @GET
    public long count() {
        return own.withHandle(handle -> handle.select("SELECT count(*) FROM orders").mapTo(Long.class).one());
    }
}
