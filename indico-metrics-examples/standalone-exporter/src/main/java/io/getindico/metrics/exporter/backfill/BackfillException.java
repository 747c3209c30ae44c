package io.getindico.metrics.exporter.backfill;

/** A backfill that cannot be finished. The message is one line for the operator. */
public final class BackfillException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BackfillException(String line) {
        super(line);
    }

    public String line() {
        return String.valueOf(getMessage());
    }
}
