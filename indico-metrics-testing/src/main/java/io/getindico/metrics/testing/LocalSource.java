package io.getindico.metrics.testing;

import java.io.IOException;

/** Starts a server on this machine. */
record LocalSource(Binaries binaries, Account account) implements ServerSource {
    @Override
    public String description() {
        return binaries.description() + " " + account.description();
    }

    @Override
    public RunningServer start() throws IOException {
        return LocalServer.start(binaries, account);
    }
}
