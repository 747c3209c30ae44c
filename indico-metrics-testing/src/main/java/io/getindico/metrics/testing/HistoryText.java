package io.getindico.metrics.testing;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.getindico.metrics.api.FamilyHistory.Exactness;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.History;
import io.getindico.metrics.api.engine.HistoryOutcome;
import io.getindico.metrics.api.engine.HistorySink;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.SkipReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Reads the past that collectors declare, for tests.
 *
 * @since 0.1.0
 */
public final class HistoryText {
    private HistoryText() {}

    /**
     * The values of the past of all enabled families.
     *
     * @param metrics has the collectors
     * @param first the instant of the first value, a whole second
     * @param steps how many values to read
     * @return by series, then by instant
     * @throws AssertionError if a history fails, or is skipped for another reason than an older release
     */
    public static SortedMap<String, SortedMap<Instant, Double>> of(IndicoMetrics metrics, Instant first, int steps) {
        SortedMap<String, SortedMap<Instant, Double>> values = new TreeMap<>();
        read(metrics, metrics.histories(), first, steps, values);
        return values;
    }

    /** Returns the histories that an older release cannot give. */
    private static List<History> read(
            IndicoMetrics metrics,
            List<History> histories,
            Instant first,
            int steps,
            SortedMap<String, SortedMap<Instant, Double>> values) {
        List<History> tooNew = new ArrayList<>();
        histories.forEach(history -> {
            HistoryOutcome outcome = read(metrics, history, first, steps, values);
            if (outcome.skipReason() == SkipReason.RELEASE) {
                tooNew.add(history);
            } else if (outcome.outcome() != Outcome.SUCCESS) {
                throw new AssertionError(history + ": " + outcome.outcome() + ": " + outcome.detail());
            }
        });
        return tooNew;
    }

    static HistoryOutcome read(
            IndicoMetrics metrics,
            History history,
            Instant first,
            int steps,
            SortedMap<String, SortedMap<Instant, Double>> all) {
        SortedMap<String, SortedMap<Instant, Double>> values = new TreeMap<>();
        HistoryOutcome outcome = metrics.readHistory(history, first, steps, new HistorySink() {
            @Override
            public void begin() {
                values.clear();
            }

            @Override
            public void take(MetricFamily family, Instant at, List<String> labelValues, double value) {
                values.computeIfAbsent(series(family, labelValues), key -> new TreeMap<>())
                        .put(at, value);
            }
        });
        values.forEach((series, samples) -> {
            if (all.put(series, samples) != null) {
                throw new AssertionError(
                        "two histories give values of " + series + "; tell them apart by a constant label");
            }
        });
        return outcome;
    }

    private static String series(MetricFamily family, List<String> labelValues) {
        String labels = IntStream.range(0, labelValues.size())
                .filter(i -> !labelValues.get(i).isEmpty())
                .boxed()
                .sorted(Comparator.comparing(i -> family.labels().get(i).name()))
                .map(i -> family.labels().get(i).name() + "=\"" + escaped(labelValues.get(i)) + "\"")
                .collect(joining(","));
        return family.name() + (labels.isEmpty() ? "" : "{" + labels + "}");
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /**
     * Compares the end of the past with what a scrape reads at the same instant. A series that only one side has counts as
     * 0 on the other.
     *
     * @param metrics has the collectors
     * @param now the instant, a whole second
     * @param exactness the families to compare: only those whose past is so exact
     * @return by series, for each that differs: the value of the past and that of the scrape
     */
    public static SortedMap<String, String> seam(IndicoMetrics metrics, Instant now, Set<Exactness> exactness) {
        Map<String, Exactness> known = new TreeMap<>();
        metrics.histories()
                .forEach(history -> history.families()
                        .forEach(family -> known.merge(
                                family.name(), history.exactness(family), (a, b) -> a.compareTo(b) > 0 ? a : b)));
        SortedMap<String, Double> present =
                ExpositionText.values(ExpositionText.of(metrics.readOnce(now).metrics()));
        SortedMap<String, SortedMap<Instant, Double>> past = new TreeMap<>();
        // A metric is compared only if all of its pasts are exact enough.
        List<History> compared = metrics.histories().stream()
                .filter(history -> history.families().stream()
                        .anyMatch(family -> exactness.contains(requireNonNull(known.get(family.name())))))
                .toList();
        read(metrics, compared, now, 1, past)
                .forEach(history -> history.families().forEach(family -> known.remove(family.name())));
        Set<String> series = new HashSet<>(present.keySet());
        series.addAll(past.keySet());
        SortedMap<String, String> differing = new TreeMap<>();
        for (String name : series) {
            Exactness of = known.get(name.replaceFirst("\\{.*", ""));
            double before = past.getOrDefault(name, new TreeMap<>()).getOrDefault(now, 0.0);
            double after = present.getOrDefault(name, 0.0);
            if (of != null
                    && exactness.contains(of)
                    && Math.abs(before - after) > 1e-9 * Math.max(Math.abs(before), Math.abs(after))) {
                differing.put(name, before + " " + after);
            }
        }
        return differing;
    }
}
