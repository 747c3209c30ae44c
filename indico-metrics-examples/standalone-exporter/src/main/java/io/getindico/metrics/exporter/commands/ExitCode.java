package io.getindico.metrics.exporter.commands;

/** The exit code of a command. */
public enum ExitCode {
    OK(0),
    /** The database or a collector did not deliver what was asked for. */
    FAILED(1),
    /** A setting or an argument is wrong. */
    BAD_SETTINGS(2),
    /** The address is not available now. The code is 4 because Java itself exits with 3 when it runs out of memory. */
    CANNOT_LISTEN(4);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
