package io.getindico.metrics.collectors.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.Indico;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PlainJavaHostTest {
    private static final Path README = Path.of("../README.md");
    private static final Path SOURCE =
            Path.of("src/test/java/io/getindico/metrics/collectors/hosts/PlainJavaHost.java");

    @RegisterExtension
    private final Indico indico = new Indico();

    @Test
    void theReadmeShowsCodeThatCompiles() throws IOException {
        String region = between(Files.readString(SOURCE), "// README begins\n", "\n        // README ends");
        assertThat(Files.readString(README)).contains("## Embed it\n```java\n" + region.stripIndent() + "\n```\n");
    }

    private static String between(String text, String begin, String end) {
        return text.substring(text.indexOf(begin) + begin.length(), text.indexOf(end));
    }

    @Test
    void whatItShowsWorks() {
        PrometheusRegistry registry = new PrometheusRegistry();
        AtomicReference<String> scrape = new AtomicReference<>("");
        new PlainJavaHost(indico.database().dataSource(), registry, () -> scrape.set(Registries.text(registry))).run();
        assertThat(scrape.get()).contains("\nindico_num_events 0.0\n");
        assertThat(Registries.text(registry)).as("after the end").isEmpty();
    }
}
