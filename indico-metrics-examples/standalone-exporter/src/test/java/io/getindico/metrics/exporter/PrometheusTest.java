package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real consumers. */
final class PrometheusTest {
    private static final String TOKEN = "s3cr3t-token";

    @TempDir
    Path folder;

    @Test
    void promtoolFindsNothingToComplainOf() throws Exception {
        Path promtool = Tools.require("promtool");
        try (TestDatabase database = new TestDatabase();
                Exporter exporter = Exporter.start(database.settings())) {
            Path exposition = Files.writeString(
                    folder.resolve("metrics"), Answer.get(exporter.uri()).body());
            Path output = folder.resolve("output");
            Process process = new ProcessBuilder(promtool.toString(), "check", "metrics")
                    .redirectInput(exposition.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(output, UTF_8)).isEmpty();
            assertThat(process.exitValue()).isZero();
        }
    }

    @Test
    void prometheusScrapesWithAToken() throws Exception {
        Path prometheus = Tools.require("prometheus");
        try (TestDatabase database = new TestDatabase();
                Exporter exporter = Exporter.start(database.settings("token", TOKEN))) {
            URI server = URI.create("http://127.0.0.1:" + freePort() + "/");
            Process process = new ProcessBuilder(
                            prometheus.toString(),
                            "--config.file=" + configuration(exporter),
                            "--storage.tsdb.path=" + folder.resolve("data"),
                            "--web.listen-address=" + server.getAuthority())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
            try {
                Waiting.until(
                        "the gauge is in Prometheus",
                        () -> query(server, "indico_num_active_events").contains("\"value\":["));
                assertThat(query(server, "up")).contains("\"1\"]");
                assertThat(query(server, "sum(indico_exporter_rejected_requests_total)"))
                        .contains("\"0\"]");
                assertThat(query(server, "count(indico_collector_success==1)")).doesNotContain("\"result\":[]");
            } finally {
                process.destroy();
                process.waitFor(20, TimeUnit.SECONDS);
                process.destroyForcibly();
            }
        }
    }

    private Path configuration(Exporter exporter) throws IOException {
        return Files.writeString(folder.resolve("prometheus.yml"), """
                global: { scrape_interval: 1s, scrape_timeout: 1s }
                scrape_configs:
                  - job_name: indico
                    authorization: { credentials: %s }
                    static_configs: [ { targets: [ "%s" ] } ]
                """.formatted(
                        TOKEN, exporter.uri().getAuthority()));
    }

    private static String query(URI server, String expression) {
        try {
            return Answer.get(server.resolve("/api/v1/query?query=" + java.net.URLEncoder.encode(expression, UTF_8)))
                    .body();
        } catch (IOException e) {
            // Not up yet.
            return "";
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
