package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of the exporter's own process. */
final class ProcessMetricsTest {
    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    @Test
    void areThereOnDemandAndNeverOld(@TempDir Path folder) throws Exception {
        try (Exporter exporter =
                Exporter.start(database.settings("process-metrics", "true", "ttl.live", "1h", "ttl.standard", "1h"))) {
            Waiting.until("all is read", () -> Answer.get(exporter.uri()).body().contains("indico_num_notes "));
            Answer answer = Answer.get(exporter.uri());
            assertThat(List.of(
                            "process_cpu_seconds_total", "process_start_time_seconds", "process_resident_memory_bytes"))
                    .allSatisfy(name -> assertThat(answer.value(name)).isPositive());
            Waiting.until(
                    "a scrape is answered from the memory",
                    () -> Answer.get(exporter.uri()).header("x-cached").equals("yes"));
            double before = heap(exporter);
            Waiting.until("the heap has another size", () -> heap(exporter) != before);
            assertThat(Promtool.run(
                            folder,
                            Files.writeString(
                                    folder.resolve("metrics"),
                                    Answer.get(exporter.uri()).body()),
                            "check",
                            "metrics"))
                    .isEmpty();
        }
    }

    private static double heap(Exporter exporter) throws IOException {
        return Answer.get(exporter.uri()).value("jvm_memory_used_bytes{area=\"heap\"}");
    }

    @Test
    void areAbsentByDefault() throws IOException {
        try (Exporter exporter = Exporter.start(database.settings())) {
            assertThat(Answer.get(exporter.uri()).body())
                    .doesNotContain("\njvm_")
                    .doesNotContain("\nprocess_");
        }
    }
}
