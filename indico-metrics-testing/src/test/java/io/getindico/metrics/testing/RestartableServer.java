package io.getindico.metrics.testing;

import java.io.IOException;

/** A separate server that a test can stop, and start again with its data. */
public final class RestartableServer implements AutoCloseable {
    private final LocalServer local = (LocalServer) ServerSource.startFirst(ServerSource.local(Binaries.embedded()));
    private final PostgresServer server = new PostgresServer(local);

    public RestartableServer() {
        // A confirmed commit survives the death of the server.
        server.dsl("postgres").execute("ALTER SYSTEM SET synchronous_commit = on");
        server.dsl("postgres").execute("SELECT pg_reload_conf()");
    }

    public PostgresServer server() {
        return server;
    }

    public void stop() throws IOException {
        local.stop();
    }

    /** All its processes at once, as when the machine's power fails. */
    public void kill() throws IOException {
        local.kill();
    }

    public void start() throws IOException {
        local.start();
    }

    @Override
    public void close() {
        server.close();
    }
}
