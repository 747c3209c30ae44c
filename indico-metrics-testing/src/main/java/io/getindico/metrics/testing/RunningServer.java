package io.getindico.metrics.testing;

/** A server that answers, and what to connect with. */
interface RunningServer extends AutoCloseable {
    String jdbcUrl(String database);

    String user();

    String password();

    /** Where the server comes from, for people. */
    String origin();

    /** Whether {@link #close} takes the databases away with the server. */
    boolean isThrownAway();

    @Override
    void close();
}
