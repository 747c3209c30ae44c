package io.getindico.metrics.exporter.page;

import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/** The numbers of a scrape by the name of their family. Values that are not finite are left out. */
final class Figures {
    private static final String TOTAL = "_total";

    private final Map<String, List<Figure>> byFamily = new HashMap<>();

    /** One number, with the values of its labels. */
    record Figure(Labels labels, double value) {}

    Figures(MetricSnapshots scraped) {
        this(scraped, name -> true);
    }

    /** Only those of the chosen families, for a caller that runs at each scrape. */
    Figures(MetricSnapshots scraped, Predicate<String> names) {
        for (MetricSnapshot family : scraped) {
            if (!names.test(family.getMetadata().getPrometheusName())) {
                continue;
            }
            for (DataPointSnapshot point : family.getDataPoints()) {
                if (point instanceof GaugeDataPointSnapshot gauge) {
                    add(family, point, gauge.getValue());
                } else if (point instanceof CounterDataPointSnapshot counter) {
                    add(family, point, counter.getValue());
                }
            }
        }
    }

    private void add(MetricSnapshot family, DataPointSnapshot point, double value) {
        if (Double.isFinite(value)) {
            byFamily.computeIfAbsent(family.getMetadata().getPrometheusName(), name -> new ArrayList<>())
                    .add(new Figure(point.getLabels(), value));
        }
    }

    List<Figure> of(String family) {
        String name = family.endsWith(TOTAL) ? family.substring(0, family.length() - TOTAL.length()) : family;
        return byFamily.getOrDefault(name, List.of());
    }

    /** The sum over all labels; empty if there is no number. */
    OptionalDouble sum(String family) {
        List<Figure> figures = of(family);
        return figures.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(figures.stream().mapToDouble(Figure::value).sum());
    }

    /** The number whose only label has this value. */
    OptionalDouble of(String family, String label) {
        return of(family).stream()
                .filter(figure -> figure.labels().size() == 1
                        && figure.labels().getValue(0).equals(label))
                .mapToDouble(Figure::value)
                .findFirst();
    }
}
