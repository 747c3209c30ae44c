package io.getindico.metrics.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.api.engine.Reading;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The exposition of a collector as a scrape shows it: each family with its help, type and series, sorted by name.
 * Compare it as a whole with a text in the test or with a {@link GoldenFile}, so that nothing is left out.
 *
 * @since 0.1.0
 */
public final class ExpositionText {
    /** The default instant at which collectors are read: a Monday in summer, at noon. */
    public static final Instant NOW = Instant.parse("2026-06-15T12:00:00.123456Z");

    /** PostgreSQL's smallest unit of time, with which tests get close to the boundaries of a condition. */
    public static final Duration TICK = Duration.of(1, ChronoUnit.MICROS);

    private ExpositionText() {}

    /**
     * Reads a collector through the engine, as a scrape does, at {@link #NOW}.
     *
     * @param collector the collector
     * @param database the database to read
     * @return its families, without the engine's own
     * @throws AssertionError if the collector fails or is skipped, with the reason
     */
    public static String of(MetricCollector collector, IndicoDatabase database) {
        return of(collector, database, NOW);
    }

    /**
     * Reads a collector through the engine, as a scrape does.
     *
     * @param collector the collector
     * @param database the database to read
     * @param now the instant of its context
     * @return its families, without the engine's own
     * @throws AssertionError if the collector fails or is skipped, with the reason
     */
    public static String of(MetricCollector collector, IndicoDatabase database, Instant now) {
        return of(collector, database, now, UnaryOperator.identity());
    }

    /**
     * Reads a collector through the engine, as a scrape does, with settings of the engine or the collector.
     *
     * @param collector the collector
     * @param database the database to read
     * @param now the instant of its context
     * @param settings sets them on the builder, such as {@code engine -> engine.zone(ZoneId.of("Asia/Kathmandu"))} or
     *     {@code engine -> engine.setting("webcasts", "age", "7d")}
     * @return its families, without the engine's own
     * @throws AssertionError if the collector fails or is skipped, with the reason
     * @throws IllegalArgumentException if a setting is invalid
     */
    public static String of(
            MetricCollector collector,
            IndicoDatabase database,
            Instant now,
            UnaryOperator<IndicoMetricsBuilder> settings) {
        Reading reading = read(collector, database, now, settings);
        CollectorStatus status = reading.status().collectors().get(0);
        if (status.outcome() != Outcome.SUCCESS) {
            throw new AssertionError(failure(status));
        }
        return of(collector, reading);
    }

    /**
     * The exposition of one collector in a reading, whatever the outcome of its queries. A family without a value is
     * not in the text.
     *
     * @param collector the collector
     * @param reading the reading of an engine that has this collector and possibly others
     * @return its families, without those of the engine and of other collectors
     */
    public static String of(MetricCollector collector, Reading reading) {
        List<String> names =
                collector.families().stream().map(ExpositionText::modelName).toList();
        MetricSnapshots.Builder own = MetricSnapshots.builder();
        for (MetricSnapshot metric : reading.metrics()) {
            if (names.contains(metric.getMetadata().getPrometheusName())) {
                own.metricSnapshot(metric);
            }
        }
        return of(own.build());
    }

    /**
     * The values in a text, for a test that checks help and types elsewhere.
     *
     * @param text a text that this class wrote
     * @return the value of each series as written in the text, such as {@code indico_webcast_requests{state="pending"}}
     */
    public static SortedMap<String, Double> values(String text) {
        SortedMap<String, Double> values = new TreeMap<>();
        lines(text).filter(line -> !line.startsWith("#")).forEach(line -> {
            int end = line.lastIndexOf(' ');
            values.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
        });
        return values;
    }

    /** A label value may contain a carriage return, which does not end a line of the format. */
    private static Stream<String> lines(String text) {
        return Arrays.stream(text.split("\n")).filter(line -> !line.isEmpty());
    }

    /** A text without the lines of one family. */
    static String without(MetricFamily family, String text) {
        return lines(text)
                .filter(line -> !line.matches("(# (HELP|TYPE) )?" + family + "[ {].*"))
                .map(line -> line + "\n")
                .collect(joining());
    }

    /** Whether a family has a series with this value of a label. */
    static boolean hasSeries(String text, MetricFamily family, String label, String value) {
        return lines(text)
                .filter(line -> line.startsWith(family + "{"))
                .anyMatch(line -> line.contains(label + "=\"" + value + "\""));
    }

    /**
     * Writes metrics in Prometheus' text format.
     *
     * @param metrics any
     * @return the text, with a newline after each line
     */
    public static String of(MetricSnapshots metrics) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, metrics);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(UTF_8);
    }

    static Reading read(
            MetricCollector collector,
            IndicoDatabase database,
            Instant now,
            UnaryOperator<IndicoMetricsBuilder> settings) {
        try (IndicoMetrics metrics = settings.apply(IndicoMetrics.builder(database.dataSource())
                        .collectors(collector)
                        .extraFamilies(List.of("*")))
                .build()) {
            return metrics.readOnce(now);
        }
    }

    static String failure(CollectorStatus status) {
        String reasons = status.queries().stream()
                .filter(query -> query.outcome() != Outcome.SUCCESS)
                .map(query -> "%s of %s: %s (%s)"
                        .formatted(
                                query.outcome(),
                                query.families(),
                                query.detail(),
                                query.skipReason() != null ? query.skipReason() : query.failureReason()))
                .collect(joining("; "));
        return "collector '%s' on an Indico database: %s".formatted(status.name(), reasons);
    }

    /** The name in the client's model, which drops the type's suffix. */
    static String modelName(MetricFamily family) {
        String suffix = switch (family.type()) {
            case GAUGE -> "";
            case COUNTER -> "_total";
            case INFO -> "_info";
        };
        return family.name().substring(0, family.name().length() - suffix.length());
    }
}
