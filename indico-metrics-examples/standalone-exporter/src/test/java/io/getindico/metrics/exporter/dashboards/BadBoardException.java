package io.getindico.metrics.exporter.dashboards;

/** A board that must not be built. The message names the board, the panel and the cause. */
final class BadBoardException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    BadBoardException(String message) {
        super(message);
    }
}
