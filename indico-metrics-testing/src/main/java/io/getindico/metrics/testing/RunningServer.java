package io.getindico.metrics.testing;

/** A running server and its credentials. */
interface RunningServer extends AutoCloseable {
    String jdbcUrl(String database);

    String user();

    String password();

    /** Where the server comes from, for people. */
    String origin();

    /** Whether {@link #close} deletes the databases together with the server. */
    boolean isThrownAway();

    @Override
    void close();

    /** A server that another program runs, whose addresses are the same before and after the database's name. */
    record Remote(
            String beforeDatabase,
            String afterDatabase,
            String user,
            String password,
            String origin,
            boolean isThrownAway,
            Runnable end)
            implements RunningServer {
        @Override
        public String jdbcUrl(String database) {
            return beforeDatabase + database + afterDatabase;
        }

        @Override
        public void close() {
            end.run();
        }
    }
}
