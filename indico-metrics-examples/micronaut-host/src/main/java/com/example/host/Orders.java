package com.example.host;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** What the service does in its own database. */
@Controller("/orders")
record Orders(DataSource own) {
    @Get
    long count() {
        return Jdbi.create(own).withHandle(handle ->
                handle.select("SELECT count(*) FROM orders").mapTo(Long.class).one());
    }
}
