package io.getindico.metrics.exporter.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.Certificates;
import io.getindico.metrics.exporter.settings.Settings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** What changes while the exporter runs. */
final class LiveWebConfigTest {
    private final Instant now = Instant.now();
    private static final String TLS = "tls_server_config: {cert_file: server.pem, key_file: server.key}\n";

    @TempDir
    Path folder;

    private Certificates certificates;
    private Path file;

    @BeforeEach
    void makeCertificates() throws Exception {
        certificates = new Certificates(folder);
        certificates.authority("authority");
        certificates.server("first", "authority", "dns:localhost", "-1H");
        certificates.server("second", "authority", "dns:localhost", "-1H");
        file = Files.writeString(folder.resolve("web.yml"), TLS);
        install("first");
    }

    private void install(String name) throws Exception {
        Files.writeString(folder.resolve("server.pem"), certificates.certificate(name));
        Files.writeString(folder.resolve("server.key"), certificates.key(name));
    }

    @Test
    void aReplacedCertificateIsInUse() throws Exception {
        LiveWebConfig web = started(now);
        assertThat(name(web)).isEqualTo("CN=first");
        install("second");
        web.refresh();
        assertThat(name(web)).isEqualTo("CN=second");
    }

    @Test
    void aFaultyReplacementChangesNothing() throws Exception {
        LiveWebConfig web = started(now);
        Files.writeString(folder.resolve("server.pem"), certificates.certificate("second"));
        web.refresh();
        assertThat(name(web)).as("its key is missing").isEqualTo("CN=first");
        Files.delete(folder.resolve("server.pem"));
        web.refresh();
        assertThat(name(web)).isEqualTo("CN=first");
        Files.writeString(file, "tls_server_config: {certfile: x}");
        install("second");
        web.refresh();
        assertThat(name(web)).isEqualTo("CN=first");
        Files.writeString(file, "");
        web.refresh();
        assertThat(name(web)).as("TLS needs a restart").isEqualTo("CN=first");
        Files.writeString(file, TLS);
        web.refresh();
        assertThat(name(web)).isEqualTo("CN=second");
    }

    @Test
    void usersChangeWithTheFile() throws Exception {
        String hash = BCrypt.hashpw("right", BCrypt.gensalt(4));
        LiveWebConfig web = started(now);
        assertThat(web.hasUsers()).isFalse();
        Files.writeString(file, TLS + "basic_auth_users: {alice: " + hash + "}");
        web.refresh();
        assertThat(web.admit(login("alice:right"))).isEqualTo(Admission.YES);
        Files.writeString(file, TLS + "basic_auth_users: {alice: " + BCrypt.hashpw("other", BCrypt.gensalt(4)) + "}");
        web.refresh();
        assertThat(web.admit(login("alice:right")))
                .as("the login that was remembered")
                .isEqualTo(Admission.NO);
        assertThat(web.admit(login("alice:other"))).isEqualTo(Admission.YES);
    }

    @Test
    void theEndOfTheCertificateIsAMetricAndAMonthBeforeAWarning() {
        Instant end = now.plus(Duration.ofDays(2)).minus(Duration.ofHours(1));
        LiveWebConfig early = started(end.minus(Duration.ofDays(31)));
        assertThat(early.warnings().toString()).doesNotContain("expires");
        PrometheusRegistry registry = new PrometheusRegistry();
        early.register(registry);
        assertThat(early.expirySeconds()).isBetween(end.getEpochSecond() - 120.0, end.getEpochSecond() + 120.0);
        assertThat(registry.scrape().stream().map(metric -> metric.getMetadata().getName()))
                .containsExactly(LiveWebConfig.EXPIRY.name());

        assertThat(started(end.minus(Duration.ofDays(29))).warnings().toString())
                .contains("tls_server_config.cert_file: the certificate in " + folder.resolve("server.pem")
                        + " expires at " + Instant.ofEpochSecond((long) early.expirySeconds())
                        + "; replace the file, which the exporter reads again");
        assertThat(started(end.plus(Duration.ofDays(1))).warnings().toString()).contains("server.pem expired at ");
    }

    @Test
    void aPasswordMayHaveColonsAndUmlauts() throws Exception {
        String hash = BCrypt.hashpw("a:ü".getBytes(UTF_8), BCrypt.gensalt(4)).replace("$2a$", "$2y$");
        Files.writeString(file, "basic_auth_users: {jürg: " + hash + "}");
        LiveWebConfig web = started(now);
        assertThat(web.admit(login("jürg:a:ü"))).isEqualTo(Admission.YES);
        for (String wrong : new String[] {"jürg:a", "jürg", "jürg:", ":a:ü", "", "jurg:a:ü", "jürg:a:ü "}) {
            assertThat(web.admit(login(wrong))).as(wrong).isEqualTo(Admission.NO);
        }
        assertThat(web.admit("Basic %%%")).isEqualTo(Admission.NO);
        assertThat(web.admit("Bearer x")).isEqualTo(Admission.NO);
    }

    private static String login(String text) {
        return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private LiveWebConfig started(Instant at) {
        return LiveWebConfig.of(
                Settings.of(Map.of("web.config.file", file.toString())), Clock.fixed(at, ZoneOffset.UTC));
    }

    private static String name(LiveWebConfig web) {
        return Objects.requireNonNull(web.certificate())
                .getSubjectX500Principal()
                .getName();
    }
}
