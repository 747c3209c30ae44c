package io.getindico.metrics.benchmarks;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/** The programs that serve metrics of one database: our exporter, and those that a user would run instead. */
final class Exporters {
    private static final Path HOME =
            Path.of("indico-metrics-examples/standalone-exporter/target/indico-metrics-exporter");

    private final Path folder;
    private final int port;
    private final String database;

    Exporters(Server server, Dataset dataset, Path cache) throws IOException {
        PGSimpleDataSource dataSource = server.dataSource(dataset.database(), "");
        this.folder = Files.createDirectories(cache.resolve("exporters").toAbsolutePath());
        this.port = dataSource.getPortNumbers()[0];
        this.database = dataset.database();
    }

    /** Returns the folder that is distributed. */
    static Path home() {
        return HOME.toAbsolutePath();
    }

    /** Starts our exporter by its launcher, with the plugin's metrics. */
    WebServer ours(String... options) throws IOException {
        return ours(List.of(), options);
    }

    /**
     * Starts our exporter by its launcher.
     *
     * @param around a command that runs the launcher; empty to run it directly
     */
    WebServer ours(List<String> around, String... options) throws IOException {
        int http = WebServer.freePort();
        List<String> command = command(around, "serve", "--profile=compatible", "--listen=127.0.0.1:" + http);
        command.addAll(List.of(options));
        return WebServer.start(uri(http), folder.resolve("ours.log"), environment(), command);
    }

    /**
     * Writes the past of the metrics of profile {@code full} to nowhere, by our launcher.
     *
     * @param around a command that runs the launcher; empty to run it directly
     * @param nanos after this time, the command is stopped
     */
    void backfill(List<String> around, long nanos) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(around, "backfill", "--profile=full", "--out=-"))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(folder.resolve("backfill.log").toFile());
        builder.environment().putAll(environment());
        Process process = builder.start();
        try {
            if (process.waitFor(nanos, TimeUnit.NANOSECONDS) && process.exitValue() != 0) {
                throw new IOException("backfill failed; see " + folder.resolve("backfill.log"));
            }
            process.destroy();
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private List<String> command(List<String> around, String... arguments) {
        List<String> command = new ArrayList<>(around);
        command.add(home().resolve("bin/indico-metrics-exporter").toString());
        command.addAll(List.of(arguments));
        command.add("--database-url=postgresql://postgres@localhost:" + port + "/" + database);
        return command;
    }

    private Map<String, String> environment() {
        return Map.of(
                "JAVA_HOME", System.getProperty("java.home"),
                "INDICO_METRICS_CACHE", classes().toString());
    }

    /** Starts Debian's prometheus-sql-exporter, which queries in the background and serves the last values. */
    WebServer sqlExporter() throws IOException {
        String queries = queries().entrySet().stream()
                .map(query -> """
                      - name: %s
                        help: a gauge
                        values: [value]
                        query: |
                          %s
                    """.formatted(
                        query.getKey(), named(query.getValue()).indent(8).strip()))
                .collect(joining());
        Path configuration =
                Files.writeString(folder.resolve("sql-exporter.yml"), """
                    jobs:
                    - name: indico
                      interval: 5m
                      connections: ['postgres://postgres@localhost:%d/%s?sslmode=disable']
                      queries:
                    """.formatted(port, database) + queries);
        int http = WebServer.freePort();
        return WebServer.start(
                uri(http),
                folder.resolve("sql-exporter.log"),
                Map.of(),
                List.of(
                        "prometheus-sql-exporter",
                        "-config.file=" + configuration,
                        "-web.listen-address=127.0.0.1:" + http));
    }

    /** Starts Debian's prometheus-postgres-exporter, which queries when it is scraped and caches the answers. */
    WebServer postgresExporter() throws IOException {
        String queries = queries().entrySet().stream()
                .map(query -> """
                    %s:
                      query: |
                        %s
                      cache_seconds: 300
                      metrics:
                      - value: {usage: GAUGE, description: a gauge}
                    """.formatted(
                        query.getKey(), named(query.getValue()).indent(4).strip()))
                .collect(joining());
        Path configuration = Files.writeString(folder.resolve("postgres-exporter.yml"), queries);
        int http = WebServer.freePort();
        return WebServer.start(
                uri(http),
                folder.resolve("postgres-exporter.log"),
                Map.of(
                        "DATA_SOURCE_NAME",
                        "postgres://postgres@localhost:%d/%s?sslmode=disable".formatted(port, database)),
                List.of(
                        "prometheus-postgres-exporter",
                        "--disable-default-metrics",
                        "--disable-settings-metrics",
                        "--extend.query-path=" + configuration,
                        "--web.listen-address=127.0.0.1:" + http));
    }

    private static String named(String query) {
        return "SELECT (" + query.strip().replaceAll(";$", "") + "\n) AS value";
    }

    private SortedMap<String, String> queries() {
        return Ours.declarations(new PGSimpleDataSource()).stream()
                .map(CollectorStatus::families)
                .flatMap(List::stream)
                .map(MetricFamily::name)
                .collect(toMap(identity(), Plugin::query, (one, other) -> one, TreeMap::new));
    }

    static URI uri(int http) {
        return URI.create("http://127.0.0.1:" + http + "/metrics");
    }

    /** Returns the folder in which the launcher keeps its class archive. */
    Path classes() {
        return folder.resolve("classes");
    }

    Path folder() {
        return folder;
    }
}
