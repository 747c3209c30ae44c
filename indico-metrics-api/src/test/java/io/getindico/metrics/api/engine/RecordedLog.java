package io.getindico.metrics.api.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a class logs from now on until it is closed. */
final class RecordedLog implements AutoCloseable {
    private final Logger logger;
    private final Recorder recorder = new Recorder();

    RecordedLog(Class<?> source) {
        logger = Logger.getLogger(source.getName());
        logger.addHandler(recorder);
    }

    /** Level and message. */
    List<String> lines() {
        return recorder.lines;
    }

    @Override
    public void close() {
        logger.removeHandler(recorder);
    }

    private static final class Recorder extends Handler {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getLevel() + " " + new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
