package io.getindico.metrics.exporter;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs that a machine may lack. A test that needs an absent program is reported as not run, or fails where all
 * tests must run.
 */
public final class Tools {
    private Tools() {}

    public static Path require(String... names) {
        Optional<Path> found = List.of(names).stream()
                .flatMap(name -> Arrays.stream(
                                System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isPresent()) {
            return found.get();
        }
        return missing(String.join(" or ", names) + " on the path");
    }

    /** Requires a file that another module builds. */
    public static Path require(Path file) {
        return Files.exists(file) ? file.toAbsolutePath() : missing(file.toString());
    }

    private static Path missing(String what) {
        String reason = "not run: no " + what;
        if (Boolean.parseBoolean(System.getenv("INDICO_METRICS_REQUIRE_TOOLS"))) {
            return Assertions.fail(reason);
        }
        return Assumptions.abort(reason);
    }
}
