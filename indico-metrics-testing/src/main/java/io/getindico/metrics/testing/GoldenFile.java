package io.getindico.metrics.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A text in the sources that code must produce again to the letter, so that a change of it is seen in a review. With the
 * system property {@code golden.update=true} the files are written instead of compared.
 *
 * @since 0.1.0
 */
public final class GoldenFile {
    private static final String UPDATE = "golden.update";

    private GoldenFile() {}

    /**
     * Compares a text with a file, or writes it there.
     *
     * @param file seen from the module's folder, such as {@code src/test/resources/…/exposition.txt}
     * @param actual what was produced
     * @throws AssertionError if the file says something else, or is not there
     * @throws IOException if the file cannot be read or written
     */
    public static void verify(Path file, String actual) throws IOException {
        // Surefire tells the module's folder; elsewhere it is the current one.
        Path path = Path.of(System.getProperty("basedir", "")).resolve(file);
        if (Boolean.getBoolean(UPDATE)) {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, actual);
            return;
        }
        if (!Files.exists(path)) {
            fail(file + " is not there; write it with -D" + UPDATE + "=true and read it:\n" + actual);
        }
        assertEquals(
                Files.readString(path),
                actual,
                () -> file + " is stale; if the change is wanted, rewrite it with -D" + UPDATE
                        + "=true and read the difference");
    }
}
