package io.getindico.metrics.exporter.logging;

import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.Options.LogFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sends the log to standard error. Other programs in the same process may configure their log in another way. */
public final class Logs {
    static {
        // Java reads this once, before it creates the first logger.
        System.setProperty("java.util.logging.manager", KeptLogManager.class.getName());
    }

    private static final Logger ROOT = Logger.getLogger("");

    /** Strong references: without them, the loggers could be garbage-collected and their levels lost. */
    private static final Logger OURS = Logger.getLogger("io.getindico.metrics");

    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");
    private static final Logger OTLP = Logger.getLogger("io.opentelemetry");

    private Logs() {}

    /**
     * Replaces the format and the level by those of the options.
     *
     * @param level if the options have none
     */
    public static void configure(Options options, Level level) {
        configure(options.logFormat, options.logLevel == null ? level : options.logLevel.level());
    }

    /**
     * Replaces the format and the level.
     *
     * @param level of the lines of the exporter, its engine and its collectors
     */
    public static void configure(LogFormat format, Level level) {
        boolean isJournal = Journal.isAt(System.getenv("JOURNAL_STREAM"), Path.of("/proc/self/fd/2"));
        LogFormatter formatter = new LogFormatter(format, isJournal);
        // An upgrade may replace the jar before the first line is due, so the classes are loaded now.
        formatter.format(new LogRecord(Level.INFO, ""));
        for (Handler handler : List.of(ROOT.getHandlers())) {
            ROOT.removeHandler(handler);
        }
        ROOT.addHandler(new StandardError(formatter));
        ROOT.setLevel(Level.WARNING);
        OURS.setLevel(level);
        // Its warnings repeat what strangers send.
        JETTY.setLevel(Level.SEVERE);
        // The driver also throws what it logs.
        DRIVER.setLevel(Level.OFF);
        // The exporter logs its failures.
        OTLP.setLevel(Level.OFF);
    }

    private static final class StandardError extends Handler {
        StandardError(LogFormatter formatter) {
            setFormatter(formatter);
        }

        @Override
        public void publish(LogRecord line) {
            try {
                System.err.print(getFormatter().format(line));
                System.err.flush();
            } catch (RuntimeException e) {
                reportError(null, e, ErrorManager.FORMAT_FAILURE);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
