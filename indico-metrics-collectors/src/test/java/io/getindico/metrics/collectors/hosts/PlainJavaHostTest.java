package io.getindico.metrics.collectors.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoTest;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@IndicoTest
class PlainJavaHostTest {
    private static final Path README = Path.of("../README.md");
    private static final Path SOURCE =
            Path.of("src/test/java/io/getindico/metrics/collectors/hosts/PlainJavaHost.java");

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void theReadmeShowsCodeThatCompiles() throws IOException {
        String region = between(Files.readString(SOURCE), "// README begins\n", "\n        // README ends");
        assertThat(Files.readString(README)).contains("## Embed it\n```java\n" + region.stripIndent() + "\n```\n");
    }

    private static String between(String text, String begin, String end) {
        return text.substring(text.indexOf(begin) + begin.length(), text.indexOf(end));
    }

    @Test
    void theExampleHostWorks(IndicoDatabase database) {
        PrometheusRegistry registry = new PrometheusRegistry();
        new PlainJavaHost(database.dataSource(), registry, () -> awaitGauges(registry)).run();
        assertThat(Registries.text(registry)).as("after the end").isEmpty();
    }

    /** Scrapes repeatedly, because one scrape waits for four seconds at most and the machine may be busy. */
    private static void awaitGauges(PrometheusRegistry registry) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!Registries.text(registry).contains("\nindico_num_events 0.0\n")) {
            assertThat(System.nanoTime() - deadline).as("waited for").isNegative();
        }
    }
}
