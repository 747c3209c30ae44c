package io.getindico.metrics.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PostgreSQL's programs on this machine.
 *
 * @param description for people
 * @param search finds the folder with {@code initdb} and {@code pg_ctl}
 */
record Binaries(String description, Search search) {
    interface Search {
        Path folder() throws IOException;
    }

    static Binaries embedded() {
        return new Binaries("embedded PostgreSQL", EmbeddedBinaries::folder);
    }

    /** Those of the system's packages: on the PATH, or in Debian's folders for each version. */
    static Binaries ofSystem() {
        return ofSystem(Objects.requireNonNullElse(System.getenv("PATH"), ""), Path.of("/usr/lib/postgresql"));
    }

    static Binaries ofSystem(String path, Path versions) {
        return new Binaries("system PostgreSQL", () -> systemFolder(path, versions));
    }

    Path folder() throws IOException {
        return search.folder();
    }

    private static Path systemFolder(String path, Path versions) throws IOException {
        Stream<Path> onPath = Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(path)
                .filter(folder -> !folder.isBlank())
                .map(Path::of);
        try (Stream<Path> installed = Files.isDirectory(versions) ? Files.list(versions) : Stream.empty()) {
            Stream<Path> newestFirst =
                    installed.sorted(Comparator.reverseOrder()).map(version -> version.resolve("bin"));
            return Stream.concat(onPath, newestFirst)
                    .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
                    .filter(folder -> Files.isExecutable(folder.resolve("pg_ctl")))
                    .findFirst()
                    .orElseThrow(
                            () -> new IOException("no initdb and pg_ctl on the PATH or in " + versions + "/*/bin"));
        }
    }
}
