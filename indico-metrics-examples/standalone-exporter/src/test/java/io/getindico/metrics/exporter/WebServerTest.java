package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.commands.ExporterMain;
import io.getindico.metrics.exporter.http.ConnectionWatch;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** TLS and logins by {@code web.config.file}, as curl, openssl and a real Prometheus see them. */
final class WebServerTest {
    private static final String TLS = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n";

    @TempDir
    static Path folder;

    private static TestDatabase database;
    private static Certificates certificates;

    @BeforeAll
    static void prepare() throws Exception {
        database = new TestDatabase();
        certificates = new Certificates(folder);
        for (String authority : List.of("authority", "stranger")) {
            certificates.authority(authority);
        }
        certificates.server("server", "authority", "dns:localhost,ip:127.0.0.1", "-1H");
        certificates.server("expired", "authority", "dns:localhost,ip:127.0.0.1", "-3d");
        certificates.server("other", "authority", "dns:other.example.org", "-1H");
        certificates.server("foreign", "stranger", "dns:localhost,ip:127.0.0.1", "-1H");
        certificates.server("prometheus", "authority", "dns:prometheus.example.org,ip:2001:db8::1", "-1H");
        certificates.server("outdated", "authority", "dns:prometheus.example.org", "-3d");
        certificates.server("imposter", "stranger", "dns:prometheus.example.org", "-1H");
        for (String name : List.of("server", "prometheus", "outdated", "imposter", "other")) {
            write(folder, name, name);
        }
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

    private static void write(Path target, String file, String certificate) throws Exception {
        Files.writeString(target.resolve(file + ".pem"), certificates.certificate(certificate));
        Files.writeString(target.resolve(file + ".key"), certificates.key(certificate));
    }

    private static Exporter start(String config, String... more) throws IOException {
        return Exporter.start(settings(config, more));
    }

    private static Map<String, String> settings(String config, String... more) throws IOException {
        Map<String, String> settings = database.settings(more);
        settings.put(
                "web.config.file",
                Files.writeString(Files.createTempFile(folder, "web", ".yml"), config)
                        .toString());
        return settings;
    }

    private static String user(String name, String password) {
        return "basic_auth_users:\n  " + name + ": "
                + BCrypt.hashpw(password, BCrypt.gensalt(10)).replace("$2a$", "$2y$") + "\n";
    }

    private static Curl curl(Object... arguments) throws Exception {
        return Curl.get(folder, arguments);
    }

    private static Path authority() {
        return folder.resolve("authority.pem");
    }

    @Test
    void aLoginOrTheTokenOpensTheMetricsAndThePageButHealthNeedsNone() throws Exception {
        try (Exporter exporter = start(TLS + user("prometheus", "right"), "token", "t0ken")) {
            URI uri = exporter.uri();
            assertThat(uri.getScheme()).isEqualTo("https");
            for (URI page : List.of(uri, uri.resolve("/"))) {
                assertThat(curl("--cacert", authority(), page).isAnswered(401)).isTrue();
                for (String wrong : List.of("prometheus:wrong", "nobody:right", "prometheus:", ":right")) {
                    assertThat(curl("--cacert", authority(), "-u", wrong, page).isAnswered(401))
                            .as(wrong)
                            .isTrue();
                }
                assertThat(curl("--cacert", authority(), "-u", "prometheus:right", page)
                                .isAnswered(200))
                        .isTrue();
                assertThat(curl("--cacert", authority(), "-u", "any:t0ken", page)
                                .isAnswered(200))
                        .isTrue();
                assertThat(curl("--cacert", authority(), "-H", "Authorization: Bearer t0ken", page)
                                .isAnswered(200))
                        .isTrue();
            }
            assertThat(curl("--cacert", authority(), uri.resolve("/-/healthy")).isAnswered(200))
                    .isTrue();
            assertThat(curl("--cacert", authority(), uri.resolve("/-/ready")).isAnswered(401))
                    .isFalse();
            assertThat(curl("--cacert", authority(), "-u", "any:t0ken", uri).output())
                    .contains("indico_exporter_rejected_requests_total{reason=\"unauthorized\"} 9.0\n")
                    .containsPattern("\nindico_exporter_web_certificate_expiry_timestamp_seconds 1\\.\\d+E9\n");
        }
    }

    @Test
    void withoutTlsALoginWorksAndThereIsNoMetricOfACertificate() throws Exception {
        try (Exporter exporter = start(user("prometheus", "right"))) {
            String login = Base64.getEncoder().encodeToString("prometheus:right".getBytes(UTF_8));
            assertThat(Answer.get(exporter.uri()).status()).isEqualTo(401);
            Answer answer = Answer.get(exporter.uri(), "Authorization: Basic " + login);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).doesNotContain("certificate_expiry");
            assertThat(Answer.get(exporter.uri().resolve("/-/healthy")).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void theHeadersOfTheFileReplaceOursOnEachAnswer() throws Exception {
        try (Exporter exporter = start("""
                http_server_config:
                  headers:
                    X-Frame-Options: DENY
                    X-Content-Type-Options: other
                """)) {
            for (String path : List.of("/metrics", "/nothing", "/-/healthy", "/%zz")) {
                Answer answer = Answer.send(
                        exporter.uri(), "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                assertThat(answer.header("x-frame-options")).as(path).isEqualTo("DENY");
                assertThat(answer.header("x-content-type-options")).as(path).isEqualTo("other");
            }
        }
    }

    @Test
    void onlyTls12AndLaterIsSpoken() throws Exception {
        try (Exporter exporter = start(TLS)) {
            assertThat(openssl(exporter, "-tls1_3")).contains("New, TLSv1.3, Cipher is ", "Verify return code: 0 (ok)");
            assertThat(openssl(exporter, "-tls1_2")).contains("Protocol  : TLSv1.2", "Verify return code: 0 (ok)");
            for (String version : List.of("-tls1_1", "-tls1")) {
                assertThat(openssl(exporter, version, "-cipher", "DEFAULT:@SECLEVEL=0"))
                        .as(version)
                        .contains("alert protocol version")
                        .contains("Cipher is (NONE)");
            }
            for (String weak : List.of(
                    "AES128-SHA",
                    "AES128-GCM-SHA256",
                    "ECDHE-ECDSA-AES128-SHA",
                    "ECDHE-ECDSA-AES128-SHA256",
                    "eNULL",
                    "aNULL")) {
                assertThat(openssl(exporter, "-tls1_2", "-cipher", weak + ":@SECLEVEL=0"))
                        .as(weak)
                        .contains("Cipher is (NONE)");
            }
        }
    }

    @Test
    void theFileChoosesVersionsAndCipherSuites() throws Exception {
        try (Exporter exporter = start(TLS + "  min_version: TLS13\n")) {
            assertThat(openssl(exporter, "-tls1_2")).contains("alert protocol version");
            assertThat(openssl(exporter, "-tls1_3")).contains("New, TLSv1.3, Cipher is ");
        }
        try (Exporter exporter = start(TLS + "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA]\n")) {
            assertThat(openssl(exporter, "-tls1_2")).contains("Cipher is ECDHE-ECDSA-AES128-SHA\n");
            assertThat(openssl(exporter, "-tls1_3")).contains("New, TLSv1.3, Cipher is ");
        }
    }

    private static String openssl(Exporter exporter, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Tools.require("openssl").toString(),
                "s_client",
                "-connect",
                "127.0.0.1:" + exporter.uri().getPort(),
                "-CAfile",
                authority().toString()));
        command.addAll(List.of(options));
        return Curl.run(folder, command).output();
    }

    @Test
    void plaintextAndSilenceOnTheTlsPortEndSoon() throws Exception {
        ConnectionWatch.Limits limits =
                new ConnectionWatch.Limits(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(2));
        Settings settings = Settings.of(settings(TLS));
        try (Exporter exporter = Exporter.start(settings, () -> settings, limits)) {
            Curl plain = curl("http://127.0.0.1:" + exporter.uri().getPort() + "/metrics");
            assertThat(plain.exitCode()).isNotZero();
            assertThat(plain.output()).doesNotContain("indico_");
            for (byte[] beginning : List.of(new byte[0], new byte[] {0x16, 3, 1})) {
                try (Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), exporter.uri().getPort())) {
                    socket.setSoTimeout(20_000);
                    socket.getOutputStream().write(beginning);
                    while (socket.getInputStream().read() >= 0) {
                        // The alert of TLS.
                    }
                }
            }
            // A connection that is in use lives for longer than the first limit.
            assertThat(curl("--cacert", authority(), exporter.uri()).isAnswered(200))
                    .isTrue();
        }
    }

    @Test
    void aClientRefusesACertificateThatIsExpiredOrOfAnotherName() throws Exception {
        for (String name : List.of("expired", "other", "foreign")) {
            Path own = Files.createDirectory(folder.resolve("server-" + name));
            write(own, "server", name);
            Map<String, String> settings = settings("");
            Path file = Files.writeString(own.resolve("web.yml"), TLS);
            settings.put("web.config.file", file.toString());
            try (Exporter exporter = Exporter.start(settings)) {
                Curl refused = curl("--cacert", authority(), exporter.uri());
                assertThat(refused.exitCode()).as(name).isEqualTo(60);
                assertThat(curl("-k", exporter.uri()).output()).as(name).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void aReplacedCertificateIsShownWithoutARestart() throws Exception {
        Path own = Files.createDirectory(folder.resolve("replaced"));
        write(own, "server", "expired");
        Map<String, String> settings = settings("");
        settings.put(
                "web.config.file",
                Files.writeString(own.resolve("web.yml"), TLS).toString());
        try (Exporter exporter = Exporter.start(settings)) {
            assertThat(curl("--cacert", authority(), exporter.uri()).exitCode()).isEqualTo(60);
            String before = expiry(exporter);
            write(own, "server", "server");
            Waiting.until(
                    "the new certificate is shown",
                    () -> curl("--cacert", authority(), exporter.uri()).isAnswered(200));
            assertThat(expiry(exporter)).isGreaterThan(before);
        }
    }

    private static String expiry(Exporter exporter) throws Exception {
        return curl("-k", exporter.uri())
                .output()
                .lines()
                .filter(line -> line.startsWith("indico_exporter_web_certificate_expiry_timestamp_seconds "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void onlyClientsWithAnAllowedNameConnect() throws Exception {
        String required = TLS + "  client_ca_file: authority.pem\n  client_auth_type: RequireAndVerifyClientCert\n";
        try (Exporter exporter = start(required)) {
            assertThat(shows(exporter, null)).isFalse();
            assertThat(shows(exporter, "imposter")).isFalse();
            assertThat(shows(exporter, "outdated")).isFalse();
            assertThat(shows(exporter, "prometheus")).isTrue();
            assertThat(shows(exporter, "other")).isTrue();
        }
        try (Exporter exporter =
                start(required + "  client_allowed_sans: [grafana.example.org, prometheus.example.org]\n")) {
            assertThat(shows(exporter, "prometheus")).isTrue();
            assertThat(shows(exporter, "other")).isFalse();
            assertThat(shows(exporter, "imposter")).isFalse();
        }
        try (Exporter exporter = start(required + "  client_allowed_sans: ['2001:db8::1']\n")) {
            assertThat(shows(exporter, "prometheus")).isTrue();
            assertThat(shows(exporter, "other")).isFalse();
        }
        try (Exporter exporter =
                start(TLS + "  client_ca_file: authority.pem\n  client_auth_type: VerifyClientCertIfGiven\n")) {
            assertThat(shows(exporter, null)).isTrue();
            assertThat(shows(exporter, "prometheus")).isTrue();
            assertThat(shows(exporter, "imposter")).isFalse();
        }
    }

    private static boolean shows(Exporter exporter, @Nullable String client) throws Exception {
        return client == null
                ? curl("--cacert", authority(), exporter.uri()).isAnswered(200)
                : curl(
                                "--cacert",
                                authority(),
                                "--cert",
                                folder.resolve(client + ".pem"),
                                "--key",
                                folder.resolve(client + ".key"),
                                exporter.uri())
                        .isAnswered(200);
    }

    @Test
    void prometheusScrapesOverTlsWithALogin() throws Exception {
        Tools.require("prometheus");
        Path own = Files.createDirectory(folder.resolve("prometheus"));
        try (Exporter exporter = start(TLS + "  client_ca_file: authority.pem\n"
                + "  client_auth_type: RequireAndVerifyClientCert\n" + user("prometheus", "right"))) {
            StringBuilder jobs = new StringBuilder("global: {scrape_interval: 1s}\nscrape_configs:\n");
            for (String password : List.of("right", "wrong")) {
                jobs.append("""
                          - job_name: %s
                            scheme: https
                            basic_auth: {username: prometheus, password: %s}
                            tls_config: {ca_file: %s, cert_file: %s, key_file: %s}
                            static_configs: [{targets: ['127.0.0.1:%d']}]
                        """.formatted(
                                password,
                                password,
                                authority(),
                                folder.resolve("prometheus.pem"),
                                folder.resolve("prometheus.key"),
                                exporter.uri().getPort()));
            }
            try (PrometheusServer prometheus =
                    PrometheusServer.start(Files.writeString(own.resolve("prometheus.yml"), jobs))) {
                Waiting.until(
                        "the metrics are read",
                        () -> !prometheus
                                        .query("indico_num_events{job=\"right\"}")
                                        .isEmpty()
                                && !prometheus.query("up{job=\"wrong\"}").isEmpty());
                assertThat(prometheus.query("up{job=\"right\"}")).containsValue(1.0);
                assertThat(prometheus.query("up{job=\"wrong\"}")).containsValue(0.0);
                assertThat(prometheus.query(
                                "indico_exporter_web_certificate_expiry_timestamp_seconds - time() < 2 * 86400"))
                        .hasSize(1);
            }
        }
    }

    @Test
    void checkReportsTheCertificateAndAMistakeEndsWithTwo() throws Exception {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Map<String, String> environment = database.environment(
                "web.config.file",
                Files.writeString(folder.resolve("check.yml"), TLS).toString());
        try (Exporter exporter = start(TLS)) {
            environment.put("INDICO_METRICS_LISTEN", exporter.uri().getAuthority());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ExporterRun run = ExporterRun.of(environment, out, err, "check");
            assertThat(out.toString(UTF_8)).contains(exporter.uri().getAuthority() + " (an exporter");
            assertThat(err.toString(UTF_8))
                    .contains("tls_server_config.cert_file: the certificate in ", " expires at ");
            assertThat(run.exitCode()).isZero();
        }
        Files.writeString(folder.resolve("check.yml"), TLS + "  min_version: TLS10\n");
        err.reset();
        assertThat(ExporterRun.of(environment, new ByteArrayOutputStream(), err, "check")
                        .exitCode())
                .isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .contains("line 4: tls_server_config.min_version: got \"TLS10\"")
                .hasLineCount(1);
    }

    private record ExporterRun(int exitCode) {
        static ExporterRun of(
                Map<String, String> environment, ByteArrayOutputStream out, ByteArrayOutputStream err, String command) {
            return new ExporterRun(ExporterMain.run(
                    new String[] {command},
                    environment,
                    new PrintStream(out, true, UTF_8),
                    new PrintStream(err, true, UTF_8)));
        }
    }

    /** Slow, and only meaningful where nothing else uses the machine. */
    @Test
    @Tag("slow")
    void manyWrongLoginsDoNotDelayARightScrape() throws Exception {
        try (Exporter exporter = start(user("prometheus", "right"))) {
            String right =
                    "Authorization: Basic " + Base64.getEncoder().encodeToString("prometheus:right".getBytes(UTF_8));
            String wrong =
                    "Authorization: Basic " + Base64.getEncoder().encodeToString("prometheus:wrong".getBytes(UTF_8));
            Waiting.until(
                    "all is read",
                    () -> Answer.get(exporter.uri(), right).body().contains("indico_num_notes "));
            AtomicBoolean isOver = new AtomicBoolean();
            ExecutorService strangers = Executors.newFixedThreadPool(64);
            for (int i = 0; i < 64; i++) {
                strangers.execute(() -> {
                    while (!isOver.get()) {
                        try {
                            Answer.get(exporter.uri(), wrong);
                        } catch (IOException e) {
                            // It tries again.
                        }
                    }
                });
            }
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                long start = System.nanoTime();
                assertThat(Answer.get(exporter.uri(), right).status()).isEqualTo(200);
                millis.add((System.nanoTime() - start) / 1_000_000);
            }
            isOver.set(true);
            strangers.shutdown();
            Collections.sort(millis);
            System.out.println("p50 " + millis.get(250) + " ms, p99 " + millis.get(494) + " ms");
            assertThat(millis.get(494)).isLessThan(100);
        }
    }
}
