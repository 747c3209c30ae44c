package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenTest {
    private static final String TOKEN = "s3cr3t-token";

    private static TestDatabase database;

    @BeforeAll
    static void createDatabase() {
        database = new TestDatabase();
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

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
                    "Authorization: " + TOKEN)) {
                Answer answer = Answer.get(exporter.uri(), header);

                assertThat(answer.status()).as(header).isEqualTo(401);
                assertThat(answer.header("www-authenticate")).isEqualTo("Bearer realm=\"indico-metrics\"");
                assertThat(answer.body()).isEqualTo("401 Unauthorized\n");
            }
            String authorization = "Authorization: Bearer " + TOKEN;
            assertThat(Answer.get(exporter.uri(), authorization)
                            .value("indico_exporter_rejected_requests_total{reason=\"unauthorized\"}"))
                    .isEqualTo(7);
            assertThat(Answer.get(exporter.uri(), "authorization: bearer " + TOKEN)
                            .status())
                    .isEqualTo(200);
            assertThat(Answer.get(exporter.uri().resolve("/-/healthy")).status())
                    .isEqualTo(200);
            assertThat(Answer.get(exporter.uri().resolve("/-/ready")).status()).isNotEqualTo(401);
            String locked = Answer.get(exporter.uri().resolve("/")).body();
            assertThat(locked)
                    .contains("/metrics")
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

    private static int status(Exporter exporter, String token) throws IOException {
        return Answer.get(exporter.uri(), "Authorization: Bearer " + token).status();
    }
}
