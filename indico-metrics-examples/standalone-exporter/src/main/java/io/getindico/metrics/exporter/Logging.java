package io.getindico.metrics.exporter;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Sets what is logged, before the first logger is made; where and how is in {@code simplelogger.properties}. */
final class Logging {
    private static final String LEVEL = "org.slf4j.simpleLogger.log.io.getindico.metrics";

    /** Held, or it could be collected, and its level with it. */
    private static final Logger OF_THE_DRIVER = Logger.getLogger("org.postgresql");

    private Logging() {}

    /** A command that ends by itself says in its own words, and once, what the engine would log. */
    static void configure(Command command) {
        // The driver tells by an exception what it logs as well, and in a format that is not ours.
        OF_THE_DRIVER.setLevel(Level.OFF);
        if (command != Command.SERVE && System.getProperty(LEVEL) == null) {
            System.setProperty(LEVEL, command == Command.REHEARSE ? "off" : "error");
        }
    }
}
