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
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What a scrape shows of a collector, as text: each family with its help, type and series, in the order of their names.
 * Compared as a whole, with a text in the test or with a {@link GoldenFile}, it leaves nothing out.
 *
 * @since 0.1.0
 */
public final class ExpositionText {
    /** When collectors are read unless a test says otherwise: a Monday in summer, at noon. */
    public static final Instant NOW = Instant.parse("2026-06-15T12:00:00.123456Z");

    /** The least time that PostgreSQL can tell, with which tests come close to the boundaries of a condition. */
    public static final Duration TICK = Duration.of(1, ChronoUnit.MICROS);

    private ExpositionText() {}

    /**
     * Reads a collector through the engine, as a scrape does, at {@link #NOW}.
     *
     * @param collector the collector
     * @param database what it reads
     * @return its families, those of the engine left out
     * @throws AssertionError if the collector fails or is skipped, with the reason
     */
    public static String of(MetricCollector collector, IndicoDatabase database) {
        return of(collector, database, NOW);
    }

    /**
     * Reads a collector through the engine, as a scrape does.
     *
     * @param collector the collector
     * @param database what it reads
     * @param now the instant that its context tells
     * @return its families, those of the engine left out
     * @throws AssertionError if the collector fails or is skipped, with the reason
     */
    public static String of(MetricCollector collector, IndicoDatabase database, Instant now) {
        return of(collector, database, now, UnaryOperator.identity());
    }

    /**
     * Reads a collector through the engine, as a scrape does, with settings of the engine's or the collector's.
     *
     * @param collector the collector
     * @param database what it reads
     * @param now the instant that its context tells
     * @param settings gives them to the engine, such as {@code engine -> engine.zone(ZoneId.of("Asia/Kathmandu"))} or
     *     {@code engine -> engine.setting("webcasts", "age", "7d")}
     * @return its families, those of the engine left out
     * @throws AssertionError if the collector fails or is skipped, with the reason
     * @throws IllegalArgumentException if a setting is refused
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
     * What a reading has of one collector, whatever became of its queries: a family without a value is not in the text.
     *
     * @param collector the collector
     * @param reading of an engine that has this collector, and maybe others
     * @return its families, those of the engine and of other collectors left out
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
     * The values in a text, for a test that has said elsewhere what is around them.
     *
     * @param text as this class writes it
     * @return each series as it stands in the text, such as {@code indico_webcast_requests{state="pending"}}, and its value
     */
    public static SortedMap<String, Double> values(String text) {
        SortedMap<String, Double> values = new TreeMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int end = line.lastIndexOf(' ');
            values.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
        });
        return values;
    }

    /** A text without the lines of one family. */
    static String without(MetricFamily family, String text) {
        return text.lines()
                .filter(line -> !line.matches("(# (HELP|TYPE) )?" + family + "[ {].*"))
                .map(line -> line + "\n")
                .collect(joining());
    }

    /** Whether a family has a series with this value of a label. */
    static boolean hasSeries(String text, MetricFamily family, String label, String value) {
        return text.lines()
                .filter(line -> line.startsWith(family + "{"))
                .anyMatch(line -> line.contains(label + "=\"" + value + "\""));
    }

    /**
     * Writes metrics in Prometheus' text format.
     *
     * @param metrics any
     * @return the text, each line ended
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
        try (IndicoMetrics metrics = settings.apply(
                        IndicoMetrics.builder(database.dataSource()).collectors(collector))
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

    /** The client's model leaves the suffix of a type away. */
    static String modelName(MetricFamily family) {
        String suffix = switch (family.type()) {
            case GAUGE -> "";
            case COUNTER -> "_total";
            case INFO -> "_info";
        };
        return family.name().substring(0, family.name().length() - suffix.length());
    }
}
