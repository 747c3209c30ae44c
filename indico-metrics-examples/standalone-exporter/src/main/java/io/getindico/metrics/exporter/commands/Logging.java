package io.getindico.metrics.exporter.commands;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Sets the log levels before the first logger is created. {@code simplelogger.properties} sets the destination and the
 * format.
 */
final class Logging {
    private static final String LEVEL = "org.slf4j.simpleLogger.log.io.getindico.metrics";

    /** A strong reference: without it, the logger could be garbage-collected and its level lost. */
    private static final Logger DRIVER_LOGGER = Logger.getLogger("org.postgresql");

    private Logging() {}

    static void configure(String level) {
        // The driver also throws what it logs, and its log format differs from ours.
        DRIVER_LOGGER.setLevel(Level.OFF);
        if (System.getProperty(LEVEL) == null) {
            System.setProperty(LEVEL, level);
        }
    }
}
