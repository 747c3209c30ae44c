package io.getindico.metrics.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file in the sources whose text code must reproduce exactly, so that a review shows every change. With the system
 * property {@code golden.update=true}, the files are written instead of compared.
 *
 * @since 0.1.0
 */
public final class GoldenFile {
    private static final String UPDATE = "golden.update";

    private GoldenFile() {}

    /**
     * Compares a text with a file, or writes the file.
     *
     * @param file relative to the module's folder, such as {@code src/test/resources/…/exposition.txt}
     * @param actual the text that was produced
     * @throws AssertionError if the file differs or does not exist
     * @throws IOException if the file cannot be read or written
     */
    public static void verify(Path file, String actual) throws IOException {
        // Surefire sets the module's folder; otherwise it is the current folder.
        Path path = Path.of(System.getProperty("basedir", "")).resolve(file);
        if (Boolean.getBoolean(UPDATE)) {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, actual);
            return;
        }
        if (!Files.exists(path)) {
            fail(file + " does not exist; write it with -D" + UPDATE + "=true and read it:\n" + actual);
        }
        assertEquals(
                Files.readString(path),
                actual,
                () -> file + " is outdated; if the change is intended, rewrite it with -D" + UPDATE
                        + "=true and read the difference");
    }
}
