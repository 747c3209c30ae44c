package io.getindico.metrics.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that need a separate process. */
class ChildProcessTest {
    private static final Path COMMON = Path.of(System.getProperty("java.io.tmpdir"));

    @Test
    void ifUnshareIsRefusedAnotherUserRunsTheEmbeddedServer(@TempDir Path refusing) throws Exception {
        Path unshare = Files.writeString(refusing.resolve("unshare"), "#!/bin/sh\necho refused\nexit 1\n");
        Folders.permit(unshare, "rwxr-xr-x");
        Process child = start(refusing + File.pathSeparator + System.getenv("PATH"), COMMON);
        try (BufferedReader output = child.inputReader()) {
            boolean root = Account.candidates().size() > 1;
            assertThat(output.readLine()).startsWith("embedded PostgreSQL 16.").contains(root ? "nobody" : "this user");
        }
        child.getOutputStream().close();
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isZero();
        assertThat(foldersOf(child, ServerFolder.parent()))
                .as("what the server leaves when it ends")
                .isEmpty();
    }

    /** Uses its own folder, because another test process may run at the same time. */
    @Test
    void theServerOfAKilledProcessIsRemovedByTheNext(@TempDir Path folder) throws Exception {
        Folders.permit(folder, "rwxr-xr-x");
        Process child = start(System.getenv("PATH"), folder);
        String url;
        try (BufferedReader output = child.inputReader()) {
            assertThat(output.readLine()).startsWith("embedded PostgreSQL");
            url = output.readLine();
            child.destroyForcibly().waitFor();
        }
        assertThat(sqlState(url)).as("alive and asking for a password").isEqualTo("28P01");
        assertThat(foldersOf(child, folder)).hasSize(1);
        ServerFolder.deleteAbandonedIn(folder);
        assertThat(foldersOf(child, folder)).isEmpty();
        assertThat(sqlState(url)).as("connection refused").isEqualTo("08001");
    }

    @Test
    void doesNotStopAnUnrelatedPostgresqlWithAReusedProcessId(@TempDir Path folder) throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Path abandoned = folder.resolve("indico-metrics-postgres-" + ended.pid() + "-1");
        Files.createDirectories(abandoned.resolve("data"));
        Files.createFile(abandoned.resolve("lock"));
        Path program = Files.copy(Path.of("/bin/sleep"), folder.resolve("postgres"));
        Folders.permit(program, "rwxr-xr-x");
        Process other = new ProcessBuilder(program.toString(), "60").start();
        try {
            Files.writeString(abandoned.resolve("data/postmaster.pid"), other.pid() + "\n");
            ServerFolder.deleteAbandonedIn(folder);
            assertThat(abandoned).doesNotExist();
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    private static Process start(String path, Path temporaryFiles) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        ProcessBuilder builder = new ProcessBuilder(
                java, "-Djava.io.tmpdir=" + temporaryFiles, "-cp", classPath, StartedServer.class.getName());
        builder.environment().put("PATH", path);
        return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static List<Path> foldersOf(Process process, Path temporaryFiles) throws IOException {
        try (Stream<Path> paths = Files.list(temporaryFiles)) {
            return paths.filter(path ->
                            path.getFileName().toString().startsWith("indico-metrics-postgres-" + process.pid() + "-"))
                    .toList();
        }
    }

    private static String sqlState(String url) {
        try {
            DriverManager.getConnection(url, "postgres", "wrong").close();
            return "";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }
}
