package io.getindico.metrics.testing;

import java.io.IOException;

/** One way to come by a server. */
interface ServerSource {
    /** What is tried, for people. */
    String description();

    /**
     * Starts a server, or finds one.
     *
     * @throws IOException whose message tells why this way leads to none here
     */
    RunningServer start() throws IOException;
}
