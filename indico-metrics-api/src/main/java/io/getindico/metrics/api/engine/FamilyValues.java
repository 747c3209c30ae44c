package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The values of a family, or of the part of it that one query feeds. The snapshot has the same values in the client's
 * model. It is immutable, so that it is built once and served many times.
 *
 * @param series the value of each series, by the values of its labels in the family's order
 */
record FamilyValues(MetricFamily family, Map<List<String>, Double> series, MetricSnapshot snapshot) {
    static FamilyValues of(MetricFamily family, Map<List<String>, Double> series) {
        return of(family, series, Labels.EMPTY);
    }

    /** Creates the values of one family. Each series gets the labels of the instance in addition to its own. */
    static FamilyValues of(MetricFamily family, Map<List<String>, Double> series, Labels instanceLabels) {
        MetricMetadata metadata = metadata(family);
        List<String> names = family.labels().stream().map(Label::name).toList();
        Map<Labels, Double> points = new LinkedHashMap<>();
        series.forEach((values, value) -> points.put(instanceLabels.merge(labels(names, values)), value));
        MetricSnapshot snapshot = switch (family.type()) {
            case GAUGE ->
                new GaugeSnapshot(
                        metadata, points(points, (labels, value) -> new GaugeDataPointSnapshot(value, labels, null)));
            case COUNTER ->
                new CounterSnapshot(
                        metadata,
                        points(points, (labels, value) -> new CounterDataPointSnapshot(value, labels, null, 0)));
            case INFO ->
                new InfoSnapshot(metadata, points(points, (labels, value) -> new InfoDataPointSnapshot(labels)));
        };
        return new FamilyValues(family, series, snapshot);
    }

    private static <T> List<T> points(Map<Labels, Double> points, BiFunction<Labels, Double, T> constructor) {
        return points.entrySet().stream()
                .map(point -> constructor.apply(point.getKey(), point.getValue()))
                .toList();
    }

    /** Leaves out empty labels. Prometheus does so itself in text but not in protobuf, which would split the series. */
    private static Labels labels(List<String> names, List<String> values) {
        Labels.Builder labels = Labels.builder();
        for (int i = 0; i < names.size(); i++) {
            if (!values.get(i).isEmpty()) {
                labels.label(names.get(i), values.get(i));
            }
        }
        return labels.build();
    }

    /** Merges the same family of several instances, whose labels distinguish their series. */
    static MetricSnapshot merged(List<MetricSnapshot> same) {
        MetricSnapshot first = same.get(0);
        MetricMetadata metadata = first.getMetadata();
        if (same.size() == 1) {
            return first;
        }
        if (first instanceof GaugeSnapshot) {
            return new GaugeSnapshot(metadata, points(same, GaugeDataPointSnapshot.class));
        }
        return first instanceof CounterSnapshot
                ? new CounterSnapshot(metadata, points(same, CounterDataPointSnapshot.class))
                : new InfoSnapshot(metadata, points(same, InfoDataPointSnapshot.class));
    }

    private static <T> List<T> points(List<MetricSnapshot> snapshots, Class<T> type) {
        return snapshots.stream()
                .flatMap(snapshot -> snapshot.getDataPoints().stream())
                .map(type::cast)
                .toList();
    }

    static MetricMetadata metadata(MetricFamily family) {
        String unit = family.unit();
        return new MetricMetadata(FamilyNames.modelName(family), family.help(), unit == null ? null : new Unit(unit));
    }
}
