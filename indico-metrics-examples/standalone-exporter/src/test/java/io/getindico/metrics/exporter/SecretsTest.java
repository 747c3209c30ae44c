package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.testing.PostgresServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No line, page, metric or thread name contains a password or token, whatever is wrong. Another {@code -Dsecrets.seed}
 * tests other cases.
 */
final class SecretsTest {
    @Test
    void twoHundredRandomFailuresShowNoSecret() throws Exception {
        fuzz(4711, 200);
    }

    @Tag("slow")
    @Test
    void noSecretIsShownByThousandsOfFailures() throws Exception {
        fuzz(Long.getLong("secrets.seed", 4712), 2000);
    }

    private static void fuzz(long seed, int cases) throws Exception {
        String jdbcUrl = PostgresServer.shared().jdbcUrl("postgres");
        int port = URI.create(jdbcUrl.substring("jdbc:".length())).getPort();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                SecretFuzz.class.getName());
        try (Program fuzz =
                Program.start(command, Map.of(), String.valueOf(seed), String.valueOf(cases), String.valueOf(port))) {
            int code = fuzz.exitCode(560);
            assertThat(fuzz.out() + fuzz.err()).as("seed %s", seed).isEmpty();
            assertThat(code).isZero();
        }
    }
}
