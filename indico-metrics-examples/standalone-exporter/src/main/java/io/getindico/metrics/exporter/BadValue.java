package io.getindico.metrics.exporter;

/** A value that does not fit its setting: what was expected, in words that hold nothing of the value. */
final class BadValue extends Exception {
    private static final long serialVersionUID = 1L;

    BadValue(String expectation) {
        super(expectation);
    }

    String expectation() {
        return String.valueOf(getMessage());
    }
}
