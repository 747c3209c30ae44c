package io.getindico.metrics.exporter.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tests may run as root, who can read everything, so they throw the system's exceptions themselves. */
final class UnreadablePathTest {
    private static final String USER = System.getProperty("user.name");

    @TempDir
    Path folder;

    @Test
    void aMissingFileAndAMissingFolderDiffer() {
        Path file = folder.resolve("none/secret");

        assertThat(reason(folder.resolve("none"), new NoSuchFileException("x"))).isEqualTo("it does not exist");
        assertThat(reason(file, new NoSuchFileException("x")))
                .isEqualTo("its folder " + folder.resolve("none") + " does not exist");
    }

    @Test
    void aDanglingLinkIsReported() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("gone"));

        assertThat(reason(link, new NoSuchFileException("x"))).isEqualTo("it is a link to gone, which does not exist");
    }

    @Test
    void refusesAFolderForAFileAndAFileForAFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThat(reason(folder, new IOException("Is a directory"))).isEqualTo("it is a folder");
        assertThat(reason(file, new java.nio.file.NotDirectoryException("x"))).isEqualTo("it is a file");
        assertThat(reason(file.resolve("below"), new FileSystemException("x", null, "Not a directory")))
                .isEqualTo(file + " is a file and no folder");
    }

    @Test
    void aRefusalNamesTheUserAndTheFirstForbiddenFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThat(reason(file, new AccessDeniedException("x"))).isEqualTo("user " + USER + " may not read it");
        assertThat(UnreadablePath.refused(file, path -> !path.equals(folder)))
                .isEqualTo("user " + USER + " may not enter the folder " + folder);
        assertThat(UnreadablePath.refused(file, path -> !path.equals(folder.getParent())))
                .isEqualTo("user " + USER + " may not enter the folder " + folder.getParent());
    }

    @Test
    void otherErrorsHaveTheSystemsMessage() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThat(reason(file, new FileSystemException("x", null, "Input/output error")))
                .isEqualTo("the system says: Input/output error");
        assertThat(reason(file, new IOException("Stale file handle"))).isEqualTo("the system says: Stale file handle");
    }

    private static String reason(Path path, IOException thrown) {
        return UnreadablePath.reason(path, thrown);
    }
}
