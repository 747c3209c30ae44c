package io.getindico.metrics.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Prometheus beside the demo, with the past of twenty years and the rules of this repository. */
@SuppressWarnings("InlineFormatString") // The texts are easier to read in one piece.
final class DemoPrometheus implements AutoCloseable {
    static final String HOW_TO_GET_IT =
            "Prometheus is not started, because %s is not in the PATH. On Debian, run apt-get"
                    + " install prometheus; elsewhere, download it from prometheus.io/download.";

    private static final String LISTEN_DEFAULT = "127.0.0.1:9091";
    private static final Path RULES = Path.of("deploy", "rules", "indico.yml");
    private static final int STOP_SECONDS = 5;

    private static final String CONFIG = """
            global:
              scrape_interval: 5s
            rule_files: [%s]
            scrape_configs:
              - job_name: indico
                static_configs:
                  - targets: ["%s"]
            """;

    private final RunningDemo demo;
    private final String listen;
    private final Path folder;
    private volatile @Nullable Process process;
    private volatile boolean isClosed;

    private DemoPrometheus(RunningDemo demo, String listen) throws IOException {
        this.demo = demo;
        this.listen = listen;
        this.folder = Files.createTempDirectory("indico-metrics-demo-prometheus");
    }

    /**
     * Starts Prometheus in the background, so that the demo need not wait.
     *
     * @param setting its address, or {@code true} for the default one
     * @return null if Prometheus is not installed
     */
    static @Nullable DemoPrometheus start(RunningDemo demo, String setting) {
        for (String tool : List.of("prometheus", "promtool")) {
            if (find(tool).isEmpty()) {
                System.out.println(HOW_TO_GET_IT.formatted(tool));
                return null;
            }
        }
        try {
            DemoPrometheus prometheus = new DemoPrometheus(demo, setting.contains(":") ? setting : LISTEN_DEFAULT);
            Thread thread = new Thread(prometheus::run, "demo-prometheus");
            thread.setDaemon(true);
            thread.start();
            return prometheus;
        } catch (IOException e) {
            System.err.println("demo: Prometheus is not started: " + e.getMessage());
            return null;
        }
    }

    private static Optional<String> find(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    private void run() {
        try {
            String past = folder.resolve("past.om").toString();
            String data = folder.resolve("data").toString();
            demo.writeHistory(past);
            // A block of less than two years would make thousands of files.
            int code = start(
                            "promtool",
                            "tsdb",
                            "create-blocks-from",
                            "openmetrics",
                            "--max-block-duration=13122h",
                            "-q",
                            past,
                            data)
                    .waitFor();
            if (code != 0 && !isClosed) {
                System.err.println("demo: promtool could not import the past; see " + log());
            }
            Path rules = RULES.toAbsolutePath();
            Files.writeString(
                    folder.resolve("prometheus.yml"),
                    CONFIG.formatted(
                            Files.exists(rules) ? "'" + rules + "'" : "",
                            demo.uri().getAuthority()));
            Process server = start(
                    "prometheus",
                    "--config.file=" + folder.resolve("prometheus.yml"),
                    "--storage.tsdb.path=" + data,
                    "--storage.tsdb.retention.time=100y",
                    "--web.listen-address=" + listen);
            System.out.println("Prometheus serves the past of twenty years and the alerts: http://" + listen
                    + "/graph?g0.expr=last_over_time(indico_num_events%5B2d%5D)&g0.range_input=20y&g0.tab=0");
            if (server.waitFor() != 0 && !isClosed) {
                System.err.println("demo: Prometheus ended; see " + log());
            }
        } catch (IOException | RuntimeException e) {
            if (!isClosed) {
                System.err.println("demo: Prometheus is not started: " + e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path log() {
        return folder.resolve("log");
    }

    private synchronized Process start(String... command) throws IOException {
        if (isClosed) {
            throw new IOException("the demo ends");
        }
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        process = started;
        return started;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        Process running = process;
        try {
            if (running != null) {
                running.destroy();
                if (!running.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                    running.destroyForcibly();
                }
            }
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        } catch (IOException e) {
            System.err.println("demo: " + folder + " could not be removed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
