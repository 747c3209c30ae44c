package io.getindico.metrics.testing;

import java.io.IOException;

/**
 * A separate server with {@code pg_stat_statements}, which only a start can switch on. It is in this package
 * because {@link LocalServer} is not public.
 */
public final class StatisticsServer implements AutoCloseable {
    private final LocalServer local =
            (LocalServer) ServerSource.startFirst(ServerSource.local(Binaries.embedded(), Binaries.ofSystem()));
    private final PostgresServer server = new PostgresServer(local);

    public StatisticsServer() throws IOException {
        try {
            local.configure("shared_preload_libraries = 'pg_stat_statements'");
            local.stop();
            local.start();
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    public PostgresServer server() {
        return server;
    }

    @Override
    public void close() {
        server.close();
    }
}
