package io.getindico.metrics.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.jooq.DSLContext;

/**
 * A primary and a standby that follows it by streaming replication, both of one's own and from programs on this
 * machine. What the standby has replayed can be read there; whom it cancels, and how soon, can be set.
 */
public final class ReplicatedServer implements AutoCloseable {
    private static final String MAINTENANCE_DATABASE = "postgres";

    private final LocalServer localPrimary =
            (LocalServer) ServerSource.startFirst(ServerSource.local(Binaries.embedded(), Binaries.ofSystem()));
    private final LocalServer localStandby;
    private final PostgresServer primary = new PostgresServer(localPrimary);
    private final PostgresServer standby;

    public ReplicatedServer() throws IOException {
        try {
            // Rows that nobody can see any more are removed, and replayed as removed, when a test says so.
            localPrimary.configure("autovacuum = off");
            // A committed change is sent to the standby.
            localPrimary.configure("synchronous_commit = on");
            localPrimary.configure("wal_level = replica");
            localPrimary.configure("max_wal_senders = 2");
            // The log must say at its last checkpoint that it is enough for a standby.
            localPrimary.stop();
            localPrimary.start();
            localPrimary.stop();
            localStandby = localPrimary.copy();
            standby = new PostgresServer(localStandby);
        } catch (IOException e) {
            localPrimary.close();
            throw e;
        }
        try {
            localStandby.configure("primary_conninfo = '" + connectionOf(localPrimary) + "'");
            Files.createFile(localStandby.data().resolve("standby.signal"));
            localPrimary.start();
            localStandby.start();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static String connectionOf(LocalServer server) {
        String[] address = server.jdbcUrl("").split("[:/]+", -1);
        return "host=%s port=%s user=%s password=%s"
                .formatted(address[2], address[3], server.user(), server.password());
    }

    public PostgresServer primary() {
        return primary;
    }

    public PostgresServer standby() {
        return standby;
    }

    /** Sets how long the standby lets a query block its replay. */
    public void standbyWaits(Duration limit) {
        onStandby().execute("ALTER SYSTEM SET max_standby_streaming_delay = '" + limit.toMillis() + "ms'");
        onStandby().execute("SELECT pg_reload_conf()");
    }

    /** How far the primary has written, to be compared with what the standby has replayed. */
    public String written() {
        // A commit also flushes the log records that others have written before.
        primary.dsl(MAINTENANCE_DATABASE).execute("SELECT pg_current_xact_id()");
        return primary.dsl(MAINTENANCE_DATABASE)
                .fetchSingle("SELECT pg_current_wal_insert_lsn()::text")
                .get(0, String.class);
    }

    public boolean hasReplayed(String written) {
        return onStandby()
                .fetchSingle("SELECT coalesce(pg_last_wal_replay_lsn() >= ?::pg_lsn, false)", written)
                .get(0, Boolean.class);
    }

    public void pauseReplay() {
        onStandby().execute("SELECT pg_wal_replay_pause()");
    }

    public void resumeReplay() {
        onStandby().execute("SELECT pg_wal_replay_resume()");
    }

    /** Makes the standby a primary; returns when it is one. */
    public void promote() {
        onStandby().execute("SELECT pg_promote()");
    }

    private DSLContext onStandby() {
        return standby.dsl(MAINTENANCE_DATABASE);
    }

    public void stopStandby() throws IOException {
        localStandby.stop();
    }

    public void startStandby() throws IOException {
        localStandby.start();
    }

    public void killPrimary() throws IOException {
        localPrimary.kill();
    }

    @Override
    public void close() {
        standby.close();
        primary.close();
    }
}
