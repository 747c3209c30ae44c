package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.commands.ExporterMain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code once --out}, for node_exporter. */
final class OnceFileTest {
    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int once(Map<String, String> environment, Path file) {
        return ExporterMain.run(
                new String[] {"once", "--out", file.toString()},
                environment,
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }

    @Test
    void theFileIsReplacedAsAWholeAndEverybodyMayReadIt() throws Exception {
        Path file = Files.writeString(folder.resolve("indico.prom"), "old");
        try (InputStream reader = Files.newInputStream(file)) {
            assertThat(once(database.environment(), file)).isZero();
            assertThat(reader.readAllBytes()).asString(UTF_8).isEqualTo("old");
        }
        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        assertThat(names()).containsExactly("indico.prom");
        assertThat(Files.readString(file)).contains("\nindico_num_events 0.0\n", "\nindico_up 1.0\n");
        assertThat(Promtool.run(Files.createTempDirectory(folder, "promtool"), file, "check", "metrics"))
                .isEmpty();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void aFailedReadIsInTheFileToo() throws IOException {
        Map<String, String> environment = database.environment("database.url", "jdbc:postgresql://127.0.0.1:9/none");
        Path file = folder.resolve("indico.prom");
        assertThat(once(environment, file)).isEqualTo(1);
        assertThat(Files.readString(file)).contains("\nindico_up 0.0\n");
    }

    @Test
    void aFolderThatDoesNotExistIsABadSetting() throws IOException {
        Path file = folder.resolve("none/indico.prom");
        assertThat(once(database.environment(), file)).isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .isEqualTo("indico-metrics-exporter: --out: got \"" + file
                        + "\", expected a file in a folder that exists and that user " + System.getProperty("user.name")
                        + " may write; name another, or create the folder\n");
        assertThat(names()).isEmpty();
    }
}
