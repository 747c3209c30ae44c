package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs Prometheus' promtool. */
public final class Promtool {
    private Promtool() {}

    /**
     * Returns what promtool prints. Fails if it reports an error.
     *
     * @param folder for its output
     */
    public static String run(Path folder, Object... arguments) throws IOException, InterruptedException {
        return run(folder, null, arguments);
    }

    /** The same with a file as its input. */
    public static String run(Path folder, @Nullable Path input, Object... arguments)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        Stream.concat(Stream.of(Tools.require("promtool")), Stream.of(arguments))
                                .map(Object::toString)
                                .toList())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        Process process = builder.start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended).as("promtool ended within 10 minutes").isTrue();
        String said = Files.readString(output, UTF_8);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
