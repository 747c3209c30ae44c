package io.getindico.metrics.demo;

import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.PostgresServer;
import java.time.Instant;
import java.util.Map;

/** A PostgreSQL server with a filled Indico on it, and the life in there. */
final class DemoDatabase implements AutoCloseable {
    private final PostgresServer server;
    private final IndicoDatabase indico;
    private final DemoData data = new DemoData(Instant.now());
    private final Life life;

    private DemoDatabase(PostgresServer server) {
        this.server = server;
        this.indico = IndicoDatabase.create(server, IndicoRelease.newest());
        this.life = new Life(data, indico.dataSource());
    }

    static DemoDatabase start() {
        PostgresServer server = PostgresServer.start();
        try {
            DemoDatabase database = new DemoDatabase(server);
            database.fill();
            return database;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void fill() {
        indico.prepare();
        data.fill(indico.dsl());
        life.start();
    }

    /** The exporter's settings that lead to this database. */
    Map<String, String> settings() {
        return Map.of(
                "database.url", indico.jdbcUrl(),
                "database.user", server.user(),
                "database.password", server.password());
    }

    IndicoDatabase indico() {
        return indico;
    }

    /** Before its readers end, so that nobody wonders where the database went. */
    void endLife() {
        life.close();
    }

    @Override
    public void close() {
        endLife();
        server.close();
    }
}
