package io.getindico.metrics.collectors;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.testing.GoldenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference of metrics is generated from their declarations, so that it says what a scrape shows. */
class MetricsReferenceTest {
    private static final String INTRODUCTION = """
            # Metrics

            This page is generated from the declarations of the collectors by `./mvnw verify -Dgolden.update=true`.

            - **Class** says how often a collector is read by default: `live` every 55 s, `standard` every 285 s, `heavy` every
              30 min.
            - **Clock**: the value changes as time passes, even if the database does not change. It is never served beyond the
              time to live of its class.
            - An **open** label has values that are known only at run time.

            If a table is missing, the metrics of the queries that read it are absent; the collector's other metrics are served.
            The time zone in `categories.categories` is read only if the setting `zone` is not set.
            """;

    private static final String OF_THE_ENGINE = """

            ## Self-metrics

            The engine adds these to every scrape. The exporter adds `indico_exporter_rejected_requests_total`, a counter with
            the label `reason`. [What they mean and what to do](operations.md#what-it-tells-of-itself).

            """;

    private static final String IN_DETAIL = """

            These are shown only with `collector-metrics: all`, in the library `allCollectorMetrics(true)`:

            """;

    @Test
    void itSaysWhatTheCollectorsDeclare() throws IOException {
        try (IndicoMetrics basic = metrics(false);
                IndicoMetrics all = metrics(true)) {
            // What the queries read is known once a reading was tried, whatever became of it.
            List<CollectorStatus> collectors = all.readOnce(null).status().collectors();
            StringBuilder text = new StringBuilder(INTRODUCTION);
            collectors.forEach(collector -> text.append(section(collector)));
            List<MetricFamily> known = new ArrayList<>();
            collectors.forEach(collector -> known.addAll(collector.families()));
            text.append(OF_THE_ENGINE).append(table(without(known, basic.families())));
            known.addAll(basic.families());
            text.append(IN_DETAIL).append(table(without(known, all.families())));
            GoldenFile.verify(Path.of("../docs/metrics.md"), text.toString());
        }
    }

    private static IndicoMetrics metrics(boolean inDetail) {
        return IndicoMetrics.builder(Gauges.noDatabase())
                .discoverCollectors()
                .extraFamilies(List.of("*"))
                .allCollectorMetrics(inDetail)
                .build();
    }

    private static List<MetricFamily> without(List<MetricFamily> known, List<MetricFamily> families) {
        return families.stream().filter(family -> !known.contains(family)).toList();
    }

    private static String section(CollectorStatus collector) {
        return "\n## %s\n\nClass %s. Reads %s.%s\n\n%s"
                .formatted(
                        collector.name(),
                        collector.refreshClass().label(),
                        Gauges.columns(collector).keySet().stream()
                                .map(table -> "`" + table + "`")
                                .collect(Collectors.joining(", ")),
                        settings(collector.name()),
                        table(collector.families()));
    }

    private static String settings(String name) {
        return ServiceLoader.load(MetricCollector.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(collector -> collector.name().equals(name))
                .flatMap(collector -> collector.settings().stream())
                .map(setting -> " Has the setting `collector." + name + "." + setting.key() + "`.")
                .collect(Collectors.joining());
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
}
