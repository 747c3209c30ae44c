package io.getindico.metrics.collectors;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.testing.FamilyReleases;
import io.getindico.metrics.testing.GoldenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
            - An **open** label has values that are known only at run time: at most 50 unless the limit is given, and `other`.
            - **Profile** is the smallest setting `profile` that shows the metric. The setting `extra-families` adds others by
              name; it is the only way to those of `opt-in`.
            - **Since** is the release of Indico that the metric needs, if not every supported one has it.

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

    private static String section(CollectorStatus status) {
        MetricCollector collector = Gauges.collectors().stream()
                .filter(candidate -> candidate.name().equals(status.name()))
                .findFirst()
                .orElseThrow();
        return "\n## %s\n\nClass %s, at most %d series. %s%s\n\n%s"
                .formatted(
                        status.name(),
                        status.refreshClass().label(),
                        status.maxSeries(),
                        reads(Gauges.columns(status).keySet()),
                        settings(collector),
                        tableOf(collector, status.families()));
    }

    private static String reads(Set<String> tables) {
        return tables.isEmpty()
                ? "Reads no table."
                : tables.stream().map(table -> "`" + table + "`").collect(Collectors.joining(", ", "Reads ", "."));
    }

    private static String settings(MetricCollector collector) {
        return collector.settings().stream()
                .map(setting -> " Has the setting `collector." + collector.name() + "." + setting.key() + "`.")
                .collect(Collectors.joining());
    }

    private static String table(List<MetricFamily> families) {
        return "| metric | type | labels | clock | meaning |\n|---|---|---|---|---|\n"
                + families.stream()
                        .map(family -> "%s | %s |\n".formatted(declared(family), family.help()))
                        .collect(Collectors.joining());
    }

    private static String tableOf(MetricCollector collector, List<MetricFamily> families) {
        return "| metric | type | labels | clock | profile | since | meaning and use |\n|---|---|---|---|---|---|---|\n"
                + families.stream()
                        .map(family -> "%s | %s | %s | %s |\n"
                                .formatted(
                                        declared(family),
                                        family.profile().label(),
                                        String.join(", ", FamilyReleases.of(family, collector)),
                                        meaning(family)))
                        .collect(Collectors.joining());
    }

    private static String declared(MetricFamily family) {
        return "| `%s` | %s | %s | %s"
                .formatted(
                        family.name(),
                        family.type().name().toLowerCase(Locale.ROOT),
                        family.labels().stream()
                                .map(MetricsReferenceTest::label)
                                .collect(Collectors.joining("; ")),
                        family.isTimeDependent() ? "yes" : "");
    }

    private static String meaning(MetricFamily family) {
        String purpose = family.purpose();
        return purpose == null ? family.help() : family.help() + "<br>" + purpose;
    }

    private static String label(Label label) {
        String limit = label.maxValues() < Label.MAX_OPEN_VALUES ? ", up to " + label.maxValues() : "";
        String values = label.isClosed() ? String.join(", ", label.values()) : "open" + limit;
        return "`%s`: %s".formatted(label.name(), values);
    }
}
