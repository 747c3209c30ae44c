package io.getindico.metrics.testing;

import java.io.IOException;

/** One way to get a server. */
interface ServerSource {
    /** What this source tries, for people. */
    String description();

    /**
     * Starts a server, or finds one.
     *
     * @throws IOException if that is not possible; the message says why
     */
    RunningServer start() throws IOException;
}
