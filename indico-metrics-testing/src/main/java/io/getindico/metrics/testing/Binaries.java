package io.getindico.metrics.testing;

import java.io.IOException;
import java.nio.file.Path;

/** PostgreSQL's programs on this machine. */
interface Binaries {
    String description();

    /** Returns the folder with {@code initdb} and {@code pg_ctl}. */
    Path folder() throws IOException;

    static Binaries embedded() {
        return new EmbeddedBinaries();
    }

    static Binaries ofSystem() {
        return new SystemBinaries();
    }
}
