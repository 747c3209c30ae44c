package io.getindico.metrics.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL from the system's packages: on the PATH, or in Debian's folders for each version. */
final class SystemBinaries implements Binaries {
    private final String path;
    private final Path versions;

    SystemBinaries() {
        this(Objects.requireNonNullElse(System.getenv("PATH"), ""), Path.of("/usr/lib/postgresql"));
    }

    SystemBinaries(String path, Path versions) {
        this.path = path;
        this.versions = versions;
    }

    @Override
    public String description() {
        return "system PostgreSQL";
    }

    @Override
    public Path folder() throws IOException {
        return candidates().stream()
                .filter(folder -> Files.isExecutable(folder.resolve("initdb")))
                .filter(folder -> Files.isExecutable(folder.resolve("pg_ctl")))
                .findFirst()
                .orElseThrow(() -> new IOException("no initdb and pg_ctl on the PATH or in " + versions + "/*/bin"));
    }

    private List<Path> candidates() throws IOException {
        List<Path> candidates = new ArrayList<>();
        Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(path)
                .filter(folder -> !folder.isBlank())
                .map(Path::of)
                .forEach(candidates::add);
        if (Files.isDirectory(versions)) {
            try (Stream<Path> folders = Files.list(versions)) {
                folders.sorted(Comparator.reverseOrder())
                        .map(version -> version.resolve("bin"))
                        .forEach(candidates::add);
            }
        }
        return candidates;
    }
}
