package io.getindico.metrics.api.engine;

/**
 * Why something failed.
 *
 * @param reason the value of the label
 * @param detail a sentence for people, without bind values
 */
record Failure(FailureReason reason, String detail) {
    static final Failure CLOSED = new Failure(FailureReason.CONNECTION, "the metrics were closed");
}
