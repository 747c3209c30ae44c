package io.getindico.metrics.exporter.logging;

import java.util.logging.LogManager;

/** Keeps the destination of the log until the process ends. Java's own closes it first, and loses the last lines. */
public final class KeptLogManager extends LogManager {
    /** Java creates it by name. */
    public KeptLogManager() {}

    /** Does nothing. */
    @Override
    public void reset() {}
}
