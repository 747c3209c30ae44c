package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenTest {
    private static final String TOKEN = "s3cr3t-token";

    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    @Test
    void guardsTheMetricsAndTheDetailsButNotHealth() throws IOException {
        try (Exporter exporter = Exporter.start(database.settings("token", TOKEN))) {
            for (String header : List.of(
                    "X: y",
                    "Authorization: Bearer",
                    "Authorization: Bearer x",
                    "Authorization: Bearer " + TOKEN + "x",
                    "Authorization: Bearer " + TOKEN.substring(1),
                    "Authorization: Basic " + TOKEN,
                    "Authorization: Basic " + base64("any:" + TOKEN + "x"),
                    "Authorization: Basic " + base64("any:"),
                    "Authorization: Basic " + base64(TOKEN + ":any"),
                    "Authorization: Basic",
                    "Authorization: Basic %%%",
                    "Authorization: " + TOKEN)) {
                Answer answer = Answer.get(exporter.uri(), header);

                assertThat(answer.status()).as(header).isEqualTo(401);
                assertThat(answer.header("www-authenticate"))
                        .isEqualTo("Bearer realm=\"indico-metrics\"\n"
                                + "Basic realm=\"indico-metrics\", charset=\"UTF-8\"");
                assertThat(answer.body()).isEqualTo("401 Unauthorized\n");
            }
            String authorization = "Authorization: Bearer " + TOKEN;
            assertThat(Answer.get(exporter.uri(), authorization)
                            .value("indico_exporter_rejected_requests_total{reason=\"unauthorized\"}"))
                    .isEqualTo(12);
            assertThat(Answer.get(exporter.uri(), "authorization: bearer " + TOKEN)
                            .status())
                    .isEqualTo(200);
            assertThat(Answer.get(exporter.uri().resolve("/-/healthy")).status())
                    .isEqualTo(200);
            assertThat(Answer.get(exporter.uri().resolve("/-/ready")).status()).isNotEqualTo(401);
            Answer locked = Answer.get(exporter.uri().resolve("/"));
            assertThat(locked.status()).isEqualTo(401);
            assertThat(locked.header("www-authenticate")).contains("Bearer realm=", "Basic realm=");
            assertThat(locked.body())
                    .contains("<title>Indico metrics</title>", "/metrics", "the token as the password")
                    .doesNotContain("active_events")
                    .doesNotContain("Version");
            assertThat(Answer.get(exporter.uri().resolve("/"), authorization).body())
                    .contains("active_events")
                    .doesNotContain(TOKEN);
        }
    }

    @Test
    void aChangedTokenFileCountsWithoutARestart(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "first\n");
        try (Exporter exporter = Exporter.start(database.settings("token-file", file.toString()))) {
            assertThat(status(exporter, "first")).isEqualTo(200);
            assertThat(status(exporter, "second")).isEqualTo(401);

            Files.writeString(file, "second\n");
            Waiting.until("the new token counts", () -> status(exporter, "second") == 200);
            assertThat(status(exporter, "first")).isEqualTo(401);

            Files.delete(file);
            Waiting.until("a second has gone by", new java.util.concurrent.Callable<>() {
                private final long end = System.nanoTime() + 1_200_000_000L;

                @Override
                public Boolean call() {
                    return System.nanoTime() > end;
                }
            });
            assertThat(status(exporter, "second")).isEqualTo(200);
            assertThat(status(exporter, "")).isEqualTo(401);
        }
    }

    @Test
    void aBrowserLogsInWithTheTokenAsThePassword() throws IOException {
        try (Exporter exporter = Exporter.start(database.settings("token", TOKEN))) {
            URI page = exporter.uri().resolve("/");

            for (String login : List.of("any:" + TOKEN, ":" + TOKEN, "ü:" + TOKEN)) {
                String header = "Authorization: Basic " + base64(login);
                assertThat(Answer.get(page, header).status()).as(login).isEqualTo(200);
                assertThat(Answer.get(exporter.uri(), header).status())
                        .as(login)
                        .isEqualTo(200);
            }
            assertThat(Answer.get(page, "authorization: BASIC " + base64("any:" + TOKEN))
                            .status())
                    .isEqualTo(200);
            assertThat(rejected(exporter)).isZero();
            assertThat(Answer.get(page).status()).isEqualTo(401);
            assertThat(rejected(exporter))
                    .as("a browser asks before it logs in")
                    .isZero();
            assertThat(Answer.get(page, "Authorization: Basic " + base64("any:wrong"))
                            .status())
                    .isEqualTo(401);
            assertThat(rejected(exporter)).isEqualTo(1);
        }
    }

    private static double rejected(Exporter exporter) throws IOException {
        return Answer.get(exporter.uri(), "Authorization: Bearer " + TOKEN)
                .value("indico_exporter_rejected_requests_total{reason=\"unauthorized\"}");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static int status(Exporter exporter, String token) throws IOException {
        return Answer.get(exporter.uri(), "Authorization: Bearer " + token).status();
    }
}
