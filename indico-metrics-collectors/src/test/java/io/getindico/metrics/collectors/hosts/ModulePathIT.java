package io.getindico.metrics.collectors.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoTest;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that is a module, started with nothing on the class path; our jars and those they need are automatic modules. */
@IndicoTest
class ModulePathIT {
    private static final Path SOURCES = Path.of("src/test/module");

    /** The jars that a host ships, without JUnit and PostgreSQL's binaries. */
    private static final Pattern NEEDED = Pattern.compile("(indico-metrics-(api|jooq-codegen|collectors)|jooq|r2dbc-spi"
            + "|reactive-streams|prometheus-metrics-(model|config|exposition-textformats)|slf4j-api|jspecify|postgresql)"
            + "-\\d.*\\.jar");

    @Test
    void aModuleThatRequiresOursFindsTheCollectors(@TempDir Path host, IndicoDatabase database) throws Exception {
        String libraries = libraries();
        compile(libraries, host);
        assertThat(runOn(database, libraries + File.pathSeparator + host))
                .contains("in module io.getindico.metrics.api\n", "\nindico_up 1.0\n", "\nindico_num_events 0.0\n");
    }

    private static String libraries() {
        return ClassPath.elements().stream()
                .filter(element ->
                        NEEDED.matcher(element.getFileName().toString()).matches())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void compile(String libraries, Path target) {
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        int status = javac.run(
                System.out,
                System.err,
                "--module-path",
                libraries,
                "-d",
                target.toString(),
                SOURCES.resolve("module-info.java").toString(),
                SOURCES.resolve("com/example/host/Main.java").toString());
        assertThat(status).isZero();
    }

    private static String runOn(IndicoDatabase database, String modules) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--module-path",
                        modules,
                        "--module",
                        "com.example.host/com.example.host.Main",
                        database.jdbcUrl(),
                        database.server().user(),
                        database.server().password())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
