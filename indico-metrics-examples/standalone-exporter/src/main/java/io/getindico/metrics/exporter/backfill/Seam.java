package io.getindico.metrics.exporter.backfill;

import io.getindico.metrics.api.FamilyHistory.Exactness;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.History;
import io.getindico.metrics.api.engine.HistorySink;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** Compares the values of the histories at this instant with those that a scrape reads. */
public final class Seam {
    /** Sums of fractions may differ in their last digits, since they are added in another order. */
    private static final double TOLERANCE = 1e-9;

    private final MetricFamily family;
    private final Map<Labels, Double> past = new HashMap<>();
    private final Map<Labels, Double> present = new HashMap<>();
    private Exactness exactness = Exactness.EXACT;

    private Seam(MetricFamily family) {
        this.family = family;
    }

    /**
     * Reads both sides. Leaves out a metric if a part of its past cannot be read.
     *
     * @param present the values of a scrape
     * @param now the instant of these values, in whole seconds
     * @param lines names what is left out
     */
    public static List<Seam> read(
            IndicoMetrics metrics,
            List<History> histories,
            MetricSnapshots present,
            Instant now,
            Consumer<String> lines) {
        Map<MetricFamily, Seam> seams = new LinkedHashMap<>();
        Set<MetricFamily> leftOut = new HashSet<>();
        for (History history : histories) {
            List<Sample> samples = new ArrayList<>();
            if (!Backfill.complain(history, metrics.readHistory(history, now, 1, sink(samples)), lines)) {
                leftOut.addAll(history.families());
            }
            for (MetricFamily family : history.families()) {
                Seam seam = seams.computeIfAbsent(family, Seam::new);
                seam.exactness = worse(seam.exactness, history.exactness(family));
            }
            samples.forEach(sample ->
                    Objects.requireNonNull(seams.get(sample.family())).past.put(labels(sample), sample.value()));
        }
        seams.keySet().removeAll(leftOut);
        if (seams.isEmpty()) {
            throw new BackfillException("nothing was compared, because all metrics were left out");
        }
        for (MetricSnapshot snapshot : present) {
            seams.values().stream()
                    .filter(seam ->
                            seam.family.name().equals(snapshot.getMetadata().getName()))
                    .forEach(seam -> ((GaugeSnapshot) snapshot)
                            .getDataPoints()
                            .forEach(point -> seam.present.put(point.getLabels(), point.getValue())));
        }
        return List.copyOf(seams.values());
    }

    /** The instant at which both sides are compared. */
    public static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private record Sample(MetricFamily family, List<String> labelValues, double value) {}

    private static HistorySink sink(List<Sample> samples) {
        return new HistorySink() {
            @Override
            public void begin() {
                samples.clear();
            }

            @Override
            public void take(MetricFamily family, Instant at, List<String> labelValues, double value) {
                samples.add(new Sample(family, labelValues, value));
            }
        };
    }

    private static Labels labels(Sample sample) {
        Labels.Builder labels = Labels.builder();
        List<Label> names = sample.family().labels();
        for (int i = 0; i < names.size(); i++) {
            if (!sample.labelValues().get(i).isEmpty()) {
                labels.label(names.get(i).name(), sample.labelValues().get(i));
            }
        }
        return labels.build();
    }

    private static Exactness worse(Exactness a, Exactness b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    /** How many series differ. A series that only one side has is 0 on the other. */
    public long differing() {
        Set<Labels> all = new HashSet<>(past.keySet());
        all.addAll(present.keySet());
        return all.stream()
                .filter(labels -> isDifferent(past.getOrDefault(labels, 0.0), present.getOrDefault(labels, 0.0)))
                .count();
    }

    private static boolean isDifferent(double a, double b) {
        return Math.abs(a - b) > TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
    }

    public MetricFamily family() {
        return family;
    }

    /** The exactness of the family's least exact part. */
    public Exactness exactness() {
        return exactness;
    }

    /** The result for one family, as a line of text. */
    public String line() {
        long differing = differing();
        String verdict = differing == 0
                ? "equal"
                : differing + " series differ" + (exactness == Exactness.EXACT ? ": a bug, please report it" : "");
        return String.format(
                Locale.ROOT,
                "%-50s %-11s %20s %20s  %s",
                family.name(),
                exactness.label(),
                sum(past),
                sum(present),
                verdict);
    }

    /** The heading of the lines. */
    public static String head() {
        return String.format(Locale.ROOT, "%-50s %-11s %20s %20s", "metric (sum over its series)", "", "past", "now");
    }

    private static String sum(Map<Labels, Double> series) {
        double sum = series.values().stream().mapToDouble(Double::doubleValue).sum();
        return sum == Math.rint(sum) ? String.format(Locale.ROOT, "%.0f", sum) : Double.toString(sum);
    }
}
