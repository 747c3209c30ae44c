package io.getindico.metrics.api.engine;

/** A failure whose reason is known where it is thrown. */
final class CollectionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureReason reason;

    CollectionException(FailureReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    FailureReason reason() {
        return reason;
    }
}
