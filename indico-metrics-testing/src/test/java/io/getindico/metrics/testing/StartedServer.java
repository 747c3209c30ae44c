package io.getindico.metrics.testing;

/** A program that starts a server, prints its address, and waits until its input ends. */
final class StartedServer {
    private StartedServer() {}

    public static void main(String[] args) throws Exception {
        RunningServer server = ServerSource.startFirst(ServerSource.local(Binaries.embedded()));
        System.out.println(server.origin());
        System.out.println(server.jdbcUrl("postgres"));
        int ignored = System.in.read();
    }
}
