package io.getindico.metrics.testing;

import java.io.IOException;

/** A server of our own on this machine. */
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
