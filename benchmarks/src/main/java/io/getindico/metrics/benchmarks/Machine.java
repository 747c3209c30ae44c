package io.getindico.metrics.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Where and when something was measured.
 *
 * @param processor its model
 * @param cores how many
 * @param memoryGigabytes in all
 * @param system the kernel
 * @param postgres the server's version
 * @param java the client's
 * @param commit of this repository
 * @param at when it began
 * @param load how many processes wanted to run then, over the last minute
 */
record Machine(
        String processor,
        int cores,
        double memoryGigabytes,
        String system,
        String postgres,
        String java,
        String commit,
        String at,
        double load) {
    private static final double KILOBYTES_PER_GIGABYTE = 1 << 20;

    String loadWhenItBegan() {
        return "\nLoad average when it began: " + Table.number(load) + ".\n";
    }

    Table table() {
        String settings = Server.MEASURING.entrySet().stream()
                .map(setting -> setting.getKey() + " = " + setting.getValue())
                .collect(Collectors.joining(", "));
        return new Table("machine | ")
                .row("processor", processor + ", " + cores + " cores")
                .row("memory", Table.number(memoryGigabytes) + " GB")
                .row("system", system)
                .row("PostgreSQL", postgres + ", defaults (shared_buffers 128 MB), and: " + settings)
                .row("Java", java)
                .row("commit", commit)
                .row("at", at + ", load average " + Table.number(load));
    }

    static Machine describe(Server server) {
        try (Connection connection = server.dataSource("postgres").getConnection()) {
            return new Machine(
                    line("/proc/cpuinfo", "model name"),
                    Runtime.getRuntime().availableProcessors(),
                    Double.parseDouble(line("/proc/meminfo", "MemTotal").replace(" kB", "")) / KILOBYTES_PER_GIGABYTE,
                    System.getProperty("os.name") + " " + System.getProperty("os.version"),
                    connection.getMetaData().getDatabaseProductVersion(),
                    System.getProperty("java.version"),
                    Objects.requireNonNullElse(System.getenv("INDICO_METRICS_COMMIT"), "unknown"),
                    Instant.now().truncatedTo(ChronoUnit.MINUTES).toString(),
                    loadAverage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static double loadAverage() throws IOException {
        String averages = Files.readString(Path.of("/proc/loadavg"));
        return Double.parseDouble(averages.substring(0, averages.indexOf(' ')));
    }

    private static String line(String file, String key) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }
}
