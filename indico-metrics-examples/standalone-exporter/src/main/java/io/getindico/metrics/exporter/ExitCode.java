package io.getindico.metrics.exporter;

/** What a command tells its caller. */
enum ExitCode {
    OK(0),
    /** The database, or a collector, did not give what was asked for. */
    FAILED(1),
    /** A setting or an argument is wrong. */
    BAD_SETTINGS(2),
    /** The address cannot be had now; 3 is Java's own, for a lack of memory. */
    CANNOT_LISTEN(4);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
