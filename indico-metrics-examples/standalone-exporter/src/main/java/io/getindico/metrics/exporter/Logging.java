package io.getindico.metrics.exporter;

/** Sets what is logged, before the first logger is made; where and how is in {@code simplelogger.properties}. */
final class Logging {
    private static final String LEVEL = "org.slf4j.simpleLogger.log.io.getindico.metrics";

    private Logging() {}

    /** A command that ends by itself says in its own words, and once, what the engine would log. */
    static void configure(Command command) {
        if (command != Command.SERVE && System.getProperty(LEVEL) == null) {
            System.setProperty(LEVEL, command == Command.REHEARSE ? "off" : "error");
        }
    }
}
