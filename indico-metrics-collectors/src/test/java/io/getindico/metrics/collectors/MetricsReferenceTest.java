package io.getindico.metrics.collectors;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.testing.GoldenFile;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The reference of metrics is written from their declarations, so that it says what a scrape shows. */
class MetricsReferenceTest {
    private static final String INTRODUCTION = """
            # Metrics

            Written from the declarations of the collectors; `./mvnw verify -Dgolden.update=true` writes it anew.

            - **Class** says how often a collector runs: `live` every 55 s, `standard` every 285 s, `heavy` every 30 min,
              unless set otherwise.
            - **Clock**: the value changes as time passes, without a change of the database; it is never served beyond the
              time to live of its class.
            - A label that is **open** has values that are known only at run time.

            The time zone in `categories.categories` is read only where the zone of room booking is not set.
            """;

    @Test
    void itSaysWhatTheCollectorsDeclare() throws IOException {
        try (IndicoMetrics metrics =
                IndicoMetrics.builder(noDatabase()).discoverCollectors().build()) {
            StringBuilder text = new StringBuilder(INTRODUCTION);
            List<CollectorStatus> collectors = metrics.status().collectors();
            collectors.forEach(collector -> text.append(section(collector)));
            Set<MetricFamily> known = collectors.stream()
                    .flatMap(collector -> collector.families().stream())
                    .collect(Collectors.toSet());
            text.append("\n## The reading itself\n\nGiven by the engine with every scrape. The exporter adds"
                            + " `indico_exporter_rejected_requests_total`, a counter with the label `reason`:"
                            + " [what it tells](operations.md#what-it-tells-of-itself).\n\n")
                    .append(table(metrics.families().stream()
                            .filter(family -> !known.contains(family))
                            .toList()));
            GoldenFile.verify(Path.of("../docs/metrics.md"), text.toString());
        }
    }

    private static String section(CollectorStatus collector) {
        return "\n## %s\n\nClass %s. Reads %s.\n\n%s"
                .formatted(
                        collector.name(),
                        collector.refreshClass().label(),
                        collector.columns().keySet().stream()
                                .map(table -> "`" + table + "`")
                                .collect(Collectors.joining(", ")),
                        table(collector.families()));
    }

    private static String table(List<MetricFamily> families) {
        return "| metric | type | labels | clock | meaning |\n|---|---|---|---|---|\n"
                + families.stream().map(MetricsReferenceTest::row).collect(Collectors.joining());
    }

    private static String row(MetricFamily family) {
        return "| `%s` | %s | %s | %s | %s |\n"
                .formatted(
                        family.name(),
                        family.type().name().toLowerCase(Locale.ROOT),
                        family.labels().stream()
                                .map(MetricsReferenceTest::label)
                                .collect(Collectors.joining("; ")),
                        family.isTimeDependent() ? "yes" : "",
                        family.help());
    }

    private static String label(Label label) {
        String values = label.isClosed() ? String.join(", ", label.values()) : "open";
        return "`%s`: %s".formatted(label.name(), values);
    }

    private static DataSource noDatabase() {
        return (DataSource) Proxy.newProxyInstance(
                MetricsReferenceTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException("nothing is asked of a database");
                });
    }
}
