package io.getindico.metrics.exporter.logging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether systemd's journal reads a stream. */
final class Journal {
    private Journal() {}

    /**
     * Compares the stream with the variable, because a program that redirects its output passes the variable on.
     *
     * @param variable {@code JOURNAL_STREAM}: the device and the inode, with a colon between them
     * @param stream the file that stands for the stream
     */
    static boolean isAt(@Nullable String variable, Path stream) {
        if (variable == null) {
            return false;
        }
        try {
            Map<String, Object> file = Files.readAttributes(stream, "unix:dev,ino");
            return variable.equals(file.get("dev") + ":" + file.get("ino"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
