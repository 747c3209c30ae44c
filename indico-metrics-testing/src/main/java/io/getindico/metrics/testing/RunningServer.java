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
}
