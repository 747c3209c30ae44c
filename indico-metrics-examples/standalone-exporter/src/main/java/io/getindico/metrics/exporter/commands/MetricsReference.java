package io.getindico.metrics.exporter.commands;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.exporter.MetricsAssembly;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The reference of metrics, taken from the declarations of the collectors, so that it says what a scrape shows.
 *
 * @param ofCollectors the metrics of each collector
 * @param own the metrics that the engine adds
 */
record MetricsReference(List<Section> ofCollectors, List<MetricFamily> own) {
    private static final String INTRODUCTION = """
            # Metrics

            The command `metrics` of the exporter prints this page for the metrics that its settings choose.

            - **Class** says how often a collector is read by default: `live` every 55 s, `standard` every 285 s, `heavy` every
              30 min.
            - **Depends on the clock**: the value changes as time passes, even if the database does not change. It is never
              served beyond the time to live of its class.
            - An **open** label has values that are known only at run time: at most 50 unless the limit is given, and `other`.
            - **Profile** is the smallest setting `profile` that shows the metric. The setting `extra-families` adds others by
              name; only this setting enables those of `opt-in`.
            - **Since** is the release of Indico that the metric needs, if not every supported one has it.
            - **Alerts** are those of [deploy/rules](alerts.md) that read the metric.

            If a table is missing, the metrics of the queries that read it are absent; the collector's other metrics are served.
            The time zone in `categories.categories` is read only if the setting `zone` is not set.
            """;

    private static final String SELF_METRICS_SECTION = """

            ## Self-metrics

            The engine adds these to every scrape; rows, buffers, share of a core and last attempt only with
            `collector-metrics: all`, in the library `allCollectorMetrics(true)`. The exporter adds
            `indico_exporter_rejected_requests_total`, a counter with the label `reason`, with `otlp.endpoint` the
            counter `indico_exporter_otlp_failed_pushes_total`, and the gauges `indico_exporter_config_last_reload_successful`,
            `indico_exporter_config_last_reload_success_timestamp_seconds`, and with TLS
            `indico_exporter_web_certificate_expiry_timestamp_seconds`. [What they mean and what to
            do](exporter-reference.md#self-metrics).
            """;

    private static final AlertRules ALERTS = new AlertRules();

    /** One collector with its settings, and its metrics. */
    private record Section(CollectorStatus collector, List<String> settings) {
        List<CollectorStatus.Query> queries(MetricFamily family) {
            return collector.queries().stream()
                    .filter(query -> query.families().contains(family))
                    .toList();
        }

        SortedSet<String> tables(MetricFamily family) {
            return queries(family).stream()
                    .flatMap(query -> query.columns().keySet().stream())
                    .collect(toCollection(TreeSet::new));
        }

        /** The releases that its queries need; empty if all of them work on every release. */
        SortedSet<String> since(MetricFamily family) {
            return queries(family).stream()
                    .map(CollectorStatus.Query::since)
                    .filter(Objects::nonNull)
                    .collect(toCollection(TreeSet::new));
        }
    }

    static MetricsReference of(MetricsAssembly assembly) {
        List<CollectorStatus> chosen = assembly.metrics().declared().collectors();
        List<MetricFamily> own = new ArrayList<>(assembly.metrics().families());
        chosen.forEach(collector -> own.removeAll(collector.families()));
        return new MetricsReference(
                chosen.stream()
                        .map(collector -> new Section(collector, settings(collector.name(), assembly.collectors())))
                        .toList(),
                own);
    }

    private static List<String> settings(String collector, Collection<MetricCollector> collectors) {
        return collectors.stream()
                .filter(candidate -> candidate.name().equals(collector))
                .flatMap(candidate -> candidate.settings().stream())
                .map(setting -> "collector." + collector + "." + setting.key())
                .toList();
    }

    String markdown() {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        for (Section section : ofCollectors) {
            CollectorStatus collector = section.collector();
            text.append("\n## %s\n\nClass %s, at most %d series.%s\n"
                    .formatted(
                            collector.name(),
                            collector.refreshClass().label(),
                            collector.maxSeries(),
                            section.settings().stream()
                                    .map(setting -> " Has the setting `" + setting + "`.")
                                    .collect(joining())));
            collector.families().forEach(family -> text.append(markdown(family, section)));
        }
        text.append(SELF_METRICS_SECTION);
        own.forEach(family -> text.append(markdown(family, null)));
        return text.toString();
    }

    private static String markdown(MetricFamily family, @Nullable Section section) {
        StringBuilder text = new StringBuilder("\n### ").append(family.name()).append("\n\n");
        text.append(family.help()).append('\n');
        if (family.purpose() != null) {
            text.append('\n').append(family.purpose()).append('\n');
        }
        text.append("\n- ").append(type(family));
        if (family.unit() != null) {
            text.append(" in ").append(family.unit());
        }
        if (family.isTimeDependent()) {
            text.append(", depends on the clock");
        }
        if (section != null) {
            if (!family.labels().isEmpty()) {
                text.append(", at most ").append(family.maxSeries()).append(" series");
            }
            text.append(", profile `").append(family.profile().label()).append('`');
            section.since(family).forEach(release -> text.append(", since ").append(release));
        }
        text.append('\n');
        family.labels()
                .forEach(label -> text.append("- Label ").append(label(label)).append('\n'));
        if (section != null && !section.tables(family).isEmpty()) {
            text.append("- Reads ").append(quoted(section.tables(family))).append('\n');
        }
        if (section != null && !ALERTS.of(family.name()).isEmpty()) {
            text.append("- Alerts: ").append(links(ALERTS.of(family.name()))).append('\n');
        }
        return text.append("- `").append(sample(family)).append("`\n").toString();
    }

    private static String type(MetricFamily family) {
        return switch (family.type()) {
            case GAUGE -> "Gauge";
            case COUNTER -> "Counter";
            case INFO -> "Info";
        };
    }

    private static String label(Label label) {
        String limit = label.maxValues() < Label.MAX_OPEN_VALUES ? ", up to " + label.maxValues() : "";
        String values = label.isClosed() ? String.join(", ", label.values()) : "open" + limit;
        return "`%s`: %s".formatted(label.name(), values);
    }

    private static String quoted(Set<String> tables) {
        return tables.stream().map(table -> "`" + table + "`").collect(joining(", "));
    }

    private static String links(Set<String> alerts) {
        return alerts.stream()
                .map(alert -> "[%s](alerts.md#%s)".formatted(alert, alert.toLowerCase(Locale.ROOT)))
                .collect(joining(", "));
    }

    /** A series as in the text format. The value is made up. */
    private static String sample(MetricFamily family) {
        List<Label> labels = family.labels();
        String values = IntStream.range(0, labels.size())
                .mapToObj(i -> labels.get(i).name() + "=\"" + sampleValue(family, i) + '"')
                .collect(joining(",", "{", "}"));
        String value = family.name().endsWith("_timestamp_seconds") ? "1.7672256E9" : "1.0";
        return family.name() + (labels.isEmpty() ? "" : values) + ' ' + value;
    }

    private static String sampleValue(MetricFamily family, int label) {
        if (!family.combinations().isEmpty()) {
            return family.combinations().get(0).get(label);
        }
        return family.labels().get(label).isClosed()
                ? family.labels().get(label).values().get(0)
                : "...";
    }

    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartArray();
            for (Section section : ofCollectors) {
                for (MetricFamily family : section.collector().families()) {
                    write(json, family, section);
                }
            }
            for (MetricFamily family : own) {
                write(json, family, null);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.append('\n').toString();
    }

    private static void write(JsonGenerator json, MetricFamily family, @Nullable Section section) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", family.name());
        json.writeStringField("type", family.type().name().toLowerCase(Locale.ROOT));
        json.writeStringField("unit", family.unit());
        json.writeStringField("help", family.help());
        json.writeStringField("purpose", family.purpose());
        json.writeArrayFieldStart("labels");
        for (Label label : family.labels()) {
            json.writeStartObject();
            json.writeStringField("name", label.name());
            json.writeBooleanField("open", !label.isClosed());
            json.writeNumberField("maxValues", label.maxValues());
            write(json, "values", label.values().stream());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanField("timeDependent", family.isTimeDependent());
        if (section != null) {
            json.writeNumberField("maxSeries", family.maxSeries());
            json.writeStringField("profile", family.profile().label());
            json.writeStringField("collector", section.collector().name());
            json.writeStringField("class", section.collector().refreshClass().label());
            write(json, "tables", section.tables(family).stream());
            write(json, "since", section.since(family).stream());
            write(json, "alerts", ALERTS.of(family.name()).stream());
        }
        json.writeStringField("sample", sample(family));
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Stream<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : (Iterable<String>) values::iterator) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
