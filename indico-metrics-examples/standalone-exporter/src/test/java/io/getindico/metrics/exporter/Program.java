package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.settings.Setting;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The built program in its own process. */
final class Program implements AutoCloseable {
    static final Path JAR = Path.of("target/indico-metrics-exporter.jar").toAbsolutePath();
    static final Path LAUNCHER = Path.of("target/indico-metrics-exporter/bin/indico-metrics-exporter")
            .toAbsolutePath();

    private static final Pattern SERVES = Pattern.compile("serves (https?://[^\\s\"]+)");

    private final Process process;
    private final Path out;
    private final Path err;

    private Program(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static List<String> jar() {
        return jar(JAR);
    }

    static List<String> jar(Path jar) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString());
    }

    static Program start(List<String> command, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        Path out = Files.createTempFile("program", ".out");
        Path err = Files.createTempFile("program", ".err");
        ProcessBuilder builder = new ProcessBuilder(all)
                .directory(Path.of(System.getProperty("java.io.tmpdir")).toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith(Setting.ENVIRONMENT_PREFIX));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return new Program(builder.start(), out, err);
    }

    /** The address, as soon as the program serves. */
    URI uri() throws Exception {
        Waiting.until("it serves: " + err(), () -> SERVES.matcher(err()).find() || !process.isAlive());
        Matcher matcher = SERVES.matcher(err());
        assertThat(matcher.find()).as(err()).isTrue();
        return URI.create(matcher.group(1));
    }

    /** The command line, as every user of the machine can read it. */
    String commandLine() {
        return process.info().commandLine().orElseThrow();
    }

    void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    long pid() {
        return process.pid();
    }

    int exitCode(long seconds) throws InterruptedException {
        assertThat(process.waitFor(seconds, TimeUnit.SECONDS))
                .as("ended within %s s", seconds)
                .isTrue();
        return process.exitValue();
    }

    String out() throws IOException {
        return Files.readString(out, UTF_8);
    }

    String err() throws IOException {
        return Files.readString(err, UTF_8);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
    }
}
