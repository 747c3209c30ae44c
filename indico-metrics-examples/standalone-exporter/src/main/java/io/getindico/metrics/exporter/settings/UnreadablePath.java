package io.getindico.metrics.exporter.settings;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Says why a path could not be read, since each cause needs a different remedy. */
public final class UnreadablePath {
    private UnreadablePath() {}

    /** Returns part of a sentence, such as {@code it does not exist}. */
    public static String reason(Path path, IOException thrown) {
        if (thrown instanceof AccessDeniedException) {
            return refused(path, Files::isExecutable);
        }
        if (thrown instanceof NotDirectoryException) {
            return "it is a file";
        }
        if (Files.isDirectory(path)) {
            return "it is a folder";
        }
        if (thrown instanceof NoSuchFileException) {
            return missing(path);
        }
        return foldersAbove(path)
                .filter(Files::isRegularFile)
                .findFirst()
                .map(file -> file + " is a file and no folder")
                .orElse("the system says: " + word(thrown));
    }

    private static String missing(Path path) {
        if (Files.isSymbolicLink(path)) {
            try {
                return "it is a link to " + Files.readSymbolicLink(path) + ", which does not exist";
            } catch (IOException e) {
                return "it is a link whose target does not exist";
            }
        }
        return foldersAbove(path)
                .filter(Files::notExists)
                .findFirst()
                .map(folder -> "its folder " + folder + " does not exist")
                .orElse("it does not exist");
    }

    /** A user who cannot enter a parent folder cannot read the file, whatever the file's own permissions are. */
    static String refused(Path path, Predicate<Path> mayEnter) {
        Optional<Path> closed =
                foldersAbove(path).filter(folder -> !mayEnter.test(folder)).findFirst();
        return "user " + System.getProperty("user.name") + " may not "
                + closed.map(folder -> "enter the folder " + folder).orElse("read it");
    }

    /** Returns the parent folders, from the outermost to the innermost. */
    private static Stream<Path> foldersAbove(Path path) {
        Path absolute = path.toAbsolutePath();
        Path root = absolute.getRoot();
        return root == null
                ? Stream.empty()
                : IntStream.range(0, absolute.getNameCount())
                        .mapToObj(names -> names == 0 ? root : root.resolve(absolute.subpath(0, names)));
    }

    private static String word(IOException thrown) {
        String reason = thrown instanceof FileSystemException refused ? refused.getReason() : thrown.getMessage();
        return reason == null ? thrown.getClass().getSimpleName() : reason;
    }
}
