package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What curl or openssl got.
 *
 * @param exitCode 0 if the server answered, whatever the status
 * @param output the status in the first line, and everything that the program printed
 */
record Curl(int exitCode, String output) {
    /** Runs curl with the address as the last argument. */
    static Curl get(Path folder, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Tools.require("curl").toString(), "-sS", "-i", "--max-time", "30", "--noproxy", "*"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return run(folder, command);
    }

    static Curl run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", "");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Curl(process.exitValue(), Files.readString(output, UTF_8));
    }

    boolean isAnswered(int status) {
        return exitCode == 0 && output.startsWith("HTTP/1.1 " + status + ' ');
    }
}
