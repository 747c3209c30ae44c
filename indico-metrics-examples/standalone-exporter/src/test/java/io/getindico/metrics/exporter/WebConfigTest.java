package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.exporter.settings.WebConfig;
import io.getindico.metrics.exporter.settings.WebConfig.ClientAuthentication;
import io.getindico.metrics.exporter.web.LiveWebConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code web.config.file} may say, and what each mistake in it gets. */
final class WebConfigTest {
    private static final String HASH = "$2y$10$abcdefghijklmnopqrstuuFBrl7JvSLcXNpq0sOfUcNMHbJnpOJUm";
    private static final String FILES = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n";

    @TempDir
    static Path folder;

    private Path file;

    @BeforeAll
    static void makeCertificates() throws Exception {
        Certificates certificates = new Certificates(folder);
        certificates.authority("authority");
        certificates.server("server", "authority", "dns:localhost", "-1H");
        Files.writeString(folder.resolve("server.pem"), certificates.certificate("server"));
        Files.writeString(folder.resolve("server.key"), certificates.key("server"));
        Files.writeString(folder.resolve("authority.key"), certificates.key("authority"));
        Files.writeString(folder.resolve("empty"), "");
        Files.writeString(
                folder.resolve("old.key"), "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
    }

    @BeforeEach
    void name() {
        file = folder.resolve("web.yml");
    }

    @Test
    void aFileOfPrometheusExportersIsUnderstood() throws IOException {
        WebConfig config = config(FILES + """
                  client_ca_file: authority.pem
                  client_auth_type: RequireAndVerifyClientCert
                  client_allowed_sans: [prometheus.example.org, 10.0.0.7]
                  min_version: TLS13
                  cipher_suites:
                    - TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
                  prefer_server_cipher_suites: false
                http_server_config:
                  http2: true
                  headers:
                    Strict-Transport-Security: max-age=31536000
                basic_auth_users:
                  prometheus: %s
                  jean.dupont: %s
                """.formatted(HASH, HASH.replace("2y", "2b")));

        WebConfig.Tls tls = Objects.requireNonNull(config.tls());
        assertThat(tls.certificateFile()).isEqualTo(folder.resolve("server.pem"));
        assertThat(tls.clientAuthorityFile()).isEqualTo(folder.resolve("authority.pem"));
        assertThat(tls.clientAuthentication()).isEqualTo(ClientAuthentication.REQUIRED);
        assertThat(tls.allowedNames()).containsExactly("prometheus.example.org", "10.0.0.7");
        assertThat(tls.protocols()).containsExactly("TLSv1.3");
        assertThat(tls.cipherSuites()).containsExactly("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
        assertThat(tls.prefersServerOrder()).isFalse();
        assertThat(config.headers()).containsOnly(Map.entry("Strict-Transport-Security", "max-age=31536000"));
        assertThat(config.users()).containsOnlyKeys("jean.dupont", "prometheus");
        assertThat(config.toString()).doesNotContain(HASH);
    }

    @Test
    void theFileOnThePageOfOperationsIsRight() throws IOException {
        Matcher shown = Pattern.compile("```yaml\n(# /etc/indico-metrics-exporter/web.yml\n.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../../docs/operations.md")));
        assertThat(shown.find()).isTrue();
        for (String text : List.of(shown.group(1), shown.group(1).replaceAll("(?m)^  # (client_\\w+: )", "  $1"))) {
            WebConfig config = config(text);
            assertThat(config.users()).containsOnlyKeys("prometheus");
            assertThat(Objects.requireNonNull(config.tls()).keyFile()).isEqualTo(folder.resolve("tls/key.pem"));
        }
    }

    @Test
    void theDefaultsAreTls12AndNoClientCertificates() throws IOException {
        WebConfig.Tls tls = Objects.requireNonNull(config(FILES).tls());
        assertThat(tls.protocols()).containsExactly("TLSv1.2", "TLSv1.3");
        assertThat(tls.clientAuthentication()).isEqualTo(ClientAuthentication.NONE);
        assertThat(tls.prefersServerOrder()).isTrue();
        assertThat(config("").tls()).isNull();
        assertThat(config("tls_server_config:\n").tls()).isNull();
    }

    @Test
    void eachMistakeInAKeyOrValueIsOneLine() throws IOException {
        String tls = ", line 4: tls_server_config.";
        String out = "; correct it, or leave it out";
        refused(
                FILES + "  certfile: x\n",
                tls + "certfile: no such key (did you mean tls_server_config.cert_file?)" + out,
                FILES + "  key: x\n",
                tls + "key: expected tls_server_config.key_file: the exporter reads certificates and keys from files of"
                        + " their own",
                "tls_server_config: yes\n",
                ", line 1: tls_server_config: expected keys below it, such as tls_server_config.cert_file",
                "rate_limit: 5\n",
                ", line 1: rate_limit: no such key" + out,
                "pass word: 5\n",
                ", line 1: expected a key such as tls_server_config.cert_file",
                "tls_server_config:\n  cert_file: server.pem\n",
                ": tls_server_config.key_file: is missing, expected a PEM file; add it",
                "tls_server_config:\n  min_version: TLS13\n",
                ": tls_server_config.cert_file: is missing, expected a PEM file; add it",
                FILES + "  min_version: TLS11\n",
                tls + "min_version: got \"TLS11\", expected TLS12 or TLS13" + out,
                FILES + "  max_version: TLS12\n  min_version: TLS13\n",
                tls + "max_version: expected at least min_version, TLS13; correct one of the two",
                FILES + "  curve_preferences: [X25519]\n",
                tls + "curve_preferences: expected nothing: Java chooses the curves; leave it out, or set"
                        + " INDICO_METRICS_JAVA_OPTS to -Djdk.tls.namedGroups=x25519,secp256r1",
                FILES + "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA255]\n",
                tls + "cipher_suites: got \"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA255\", expected names that this Java"
                        + " supports, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (did you mean"
                        + " TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256?)" + out,
                FILES + "  prefer_server_cipher_suites: maybe\n",
                tls + "prefer_server_cipher_suites: got \"maybe\", expected false or true" + out,
                FILES + "  client_ca_file: authority.pem\n",
                tls + "client_ca_file: expected none without tls_server_config.client_auth_type; set that to"
                        + " RequireAndVerifyClientCert, or leave this out",
                FILES + "  client_auth_type: RequireAndVerifyClientCert\n",
                tls + "client_auth_type: expected tls_server_config.client_ca_file with it; add the file, or leave"
                        + " this out",
                FILES + "  client_auth_type: RequireAnyClientCert\n",
                tls + "client_auth_type: got \"RequireAnyClientCert\", expected NoClientCert or"
                        + " RequireAndVerifyClientCert or VerifyClientCertIfGiven" + out,
                FILES + "  client_allowed_sans: [a]\n",
                tls + "client_allowed_sans: expected tls_server_config.client_ca_file and"
                        + " tls_server_config.client_auth_type with it; add them, or leave this out",
                "http_server_config:\n  http2: perhaps\n",
                ", line 2: http_server_config.http2: got \"perhaps\", expected false or true" + out,
                "http_server_config:\n  headers:\n    X-Frame-Option: DENY\n",
                ", line 3: http_server_config.headers.X-Frame-Option: expected one of Content-Security-Policy,"
                        + " Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, X-XSS-Protection (did"
                        + " you mean X-Frame-Options?)" + out,
                "http_server_config:\n  headers:\n    X-Frame-Options: é\n",
                ", line 3: http_server_config.headers.X-Frame-Options: got \"é\", expected visible ASCII characters and"
                        + " blanks" + out,
                "basic_auth_users:\n  alice: s3cret\n",
                ", line 2: basic_auth_users.alice: got ***, expected a bcrypt hash with a cost from 4 to 14; make one by"
                        + " htpasswd -nBC 10 alice",
                "basic_auth_users:\n  alice: " + HASH.replace("$10$", "$15$") + "\n",
                ", line 2: basic_auth_users.alice: got ***, expected a bcrypt hash with a cost from 4 to 14; make one by"
                        + " htpasswd -nBC 10 alice",
                "basic_auth_users:\n  'a:b': " + HASH + "\n",
                ", line 2: basic_auth_users.a:b: expected the name of a user without a colon; correct it",
                "basic_auth_users:\n  alice: " + HASH + "\n  alice: x\n",
                ", line 3: basic_auth_users.alice is set twice, first in line 2; leave out one",
                "[tls]\ncert_file=x\n",
                ", line 1: this is the syntax of an ini file, expected YAML such as 'cert_file: certificate.pem'");
    }

    @Test
    void eachMistakeInAPemFileIsOneLine() throws IOException {
        refused(
                FILES.replace("server.pem", "none.pem"),
                pem("cert_file", "none.pem", "a file that can be read, but it does not exist"),
                FILES.replace("server.pem", "empty"),
                pem("cert_file", "empty", "at least one PEM certificate"),
                FILES.replace("server.pem", "server.key"),
                pem("cert_file", "server.key", "PEM certificates, but Java cannot read them"),
                FILES.replace("server.key", "server.pem"),
                pem("key_file", "server.pem", "a PEM block PRIVATE KEY"),
                FILES.replace("server.key", "authority.key"),
                pem(
                        "key_file",
                        "authority.key",
                        "the private key of the first certificate in cert_file, got another one"),
                FILES.replace("server.key", "old.key"),
                ": tls_server_config.key_file: got \"" + folder.resolve("old.key")
                        + "\", expected a PEM block PRIVATE KEY, got EC PRIVATE KEY; convert it by openssl pkey -in "
                        + folder.resolve("old.key") + " -out NEW, and name that",
                FILES + "  client_ca_file: empty\n  client_auth_type: VerifyClientCertIfGiven\n",
                pem("client_ca_file", "empty", "at least one PEM certificate"));
    }

    @Test
    void aMissingFileIsReportedAsTheSetting() {
        Path none = folder.resolve("none.yml");
        assertThatThrownBy(() -> LiveWebConfig.of(settings(none)))
                .isInstanceOf(SettingException.class)
                .hasMessage("web.config.file: got \"" + none
                        + "\", expected a file that can be read, but it does not exist; correct it, or leave it out");
    }

    private static String pem(String key, String name, String expected) {
        return ": tls_server_config." + key + ": got \"" + folder.resolve(name) + "\", expected " + expected
                + "; correct the file, or name another";
    }

    /** Takes contents and messages in turn. */
    private void refused(String... cases) throws IOException {
        for (int i = 0; i < cases.length; i += 2) {
            Files.writeString(file, cases[i]);
            assertThatThrownBy(() -> LiveWebConfig.of(settings(file)))
                    .as(cases[i])
                    .isInstanceOf(SettingException.class)
                    .hasMessage(file + cases[i + 1]);
        }
        assertThat(List.of(cases)).hasSizeGreaterThan(2);
    }

    private WebConfig config(String text) throws IOException {
        Files.writeString(file, text);
        return Objects.requireNonNull(WebConfig.of(settings(file)));
    }

    private static Settings settings(Path file) {
        return Settings.of(Map.of("web.config.file", file.toString()));
    }
}
