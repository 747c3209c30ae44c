package io.getindico.metrics.testing;

import java.io.IOException;
import java.nio.file.Files;

/**
 * A separate server that can become a standby without a primary: it replays the log that it wrote before a crash.
 * It is in this package because {@link LocalServer} is not public.
 */
public final class StandbyServer implements AutoCloseable {
    private final LocalServer local =
            (LocalServer) ServerSource.startFirst(ServerSource.local(Binaries.embedded(), Binaries.ofSystem()));
    private final PostgresServer server = new PostgresServer(local);

    public StandbyServer() throws IOException {
        // A standby needs this level at the last checkpoint of the log. The log must also survive a crash.
        local.configure("wal_level = replica");
        local.configure("synchronous_commit = on");
        local.stop();
        local.start();
    }

    public PostgresServer server() {
        return server;
    }

    public void becomeStandby() throws IOException {
        local.kill();
        Files.createFile(local.data().resolve("standby.signal"));
        local.start();
    }

    @Override
    public void close() {
        server.close();
    }
}
