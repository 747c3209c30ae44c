package io.getindico.metrics.testing;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs and waits for them. */
final class Commands {
    private static final int LINES_OF_REASON = 5;

    private Commands() {}

    /** Returns the output of a program. If it fails, the exception's message ends with the last lines of that. */
    static String run(Path directory, Duration limit, List<String> command) throws IOException {
        // Write to a file, because a server that the program starts may keep a pipe open.
        Path output = Files.createTempFile("indico-metrics", ".out");
        try {
            int exit = run(directory, limit, command, output.toFile());
            String printed = Files.readString(output).strip();
            if (exit != 0) {
                throw new IOException("%s ended with %d: %s".formatted(name(command), exit, tail(printed)));
            }
            return printed;
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static int run(Path directory, Duration limit, List<String> command, File output) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        try {
            process.getOutputStream().close();
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            throw new IOException("%s did not end within %d s".formatted(name(command), limit.toSeconds()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(name(command) + " was interrupted");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String name(List<String> command) {
        return Path.of(command.get(0)).getFileName().toString();
    }

    /** Returns the last lines of a program's output. */
    static String tail(String printed) {
        List<String> lines = printed.lines().toList();
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - LINES_OF_REASON), lines.size()));
    }
}
