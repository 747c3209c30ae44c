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
 * The machine and the time of a measurement.
 *
 * @param processor the model of the processor
 * @param cores the number of cores
 * @param memoryGigabytes the memory of the machine
 * @param system the kernel
 * @param postgres the version of PostgreSQL
 * @param java the version of Java at the client
 * @param commit the commit of this repository
 * @param at when the measurement began
 * @param load the load average over the minute before that
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
        return "\nLoad average at the start of the measurement: " + Table.number(load) + ".\n";
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
