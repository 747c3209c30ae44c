package io.getindico.metrics.exporter.settings;

/** A value that its setting does not accept. The message says what was expected and repeats nothing of the value. */
public final class InvalidValueException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidValueException(String expectation) {
        super(expectation);
    }

    public String expectation() {
        return String.valueOf(getMessage());
    }
}
