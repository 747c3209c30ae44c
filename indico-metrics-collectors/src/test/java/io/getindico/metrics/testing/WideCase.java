package io.getindico.metrics.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.Reading;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The values of the wider catalogue in one set of circumstances.
 *
 * @param now the instant of the reading
 * @param zone the zone in which Indico runs
 * @param families the values of each family that has rows, by its name and by labels
 */
public record WideCase(Instant now, ZoneId zone, SortedMap<String, SortedMap<Labels, Double>> families) {
    static WideCase of(JsonNode node) {
        SortedMap<String, SortedMap<Labels, Double>> families = new TreeMap<>();
        node.get("families").properties().forEach(family -> {
            SortedMap<Labels, Double> values = new TreeMap<>();
            family.getValue()
                    .forEach(point -> values.put(
                            labels(point.get("labels")), point.get("value").doubleValue()));
            families.put(family.getKey(), values);
        });
        return new WideCase(
                Instant.parse(node.get("now").textValue()),
                ZoneId.of(node.get("zone").textValue()),
                families);
    }

    private static Labels labels(JsonNode node) {
        Labels.Builder labels = Labels.builder();
        node.properties()
                .forEach(label -> labels.label(label.getKey(), label.getValue().textValue()));
        return labels.build();
    }

    /** The values of a family; none where it has no rows. */
    public SortedMap<Labels, Double> values(String family) {
        return families.getOrDefault(family, new TreeMap<>());
    }

    /**
     * Describes in words where a reading differs from these values. A count or a sum that the values leave out is 0. An
     * instant or an info that they leave out is absent.
     */
    public List<String> differences(MetricFamily family, Reading reading) {
        SortedMap<Labels, Double> expected = values(family.name());
        SortedMap<Labels, Double> read = read(family, reading);
        TreeSet<Labels> all = new TreeSet<>(expected.keySet());
        all.addAll(read.keySet());
        List<String> differences = new ArrayList<>();
        for (Labels labels : all) {
            boolean isZeroFilledIn =
                    !expected.containsKey(labels) && isZeroWhereEmpty(family) && Objects.equals(read.get(labels), 0.0);
            if (!isZeroFilledIn && !Objects.equals(expected.get(labels), read.get(labels))) {
                differences.add("%s%s at %s in %s: expected %s, read %s"
                        .formatted(family, labels, now, zone, expected.get(labels), read.get(labels)));
            }
        }
        return differences;
    }

    private static boolean isZeroWhereEmpty(MetricFamily family) {
        return family.type() == MetricFamily.Type.GAUGE && !family.name().endsWith("_timestamp_seconds");
    }

    /** What a reading has of a family. */
    public static SortedMap<Labels, Double> read(MetricFamily family, Reading reading) {
        String name = ExpositionText.modelName(family);
        return new TreeMap<>(reading.metrics().stream()
                .filter(metric -> metric.getMetadata().getPrometheusName().equals(name))
                .flatMap(metric -> metric.getDataPoints().stream())
                .collect(Collectors.toMap(DataPointSnapshot::getLabels, WideCase::value)));
    }

    /** An info has no value, and shows as 1. */
    private static double value(DataPointSnapshot point) {
        return point instanceof GaugeDataPointSnapshot gauge ? gauge.getValue() : 1;
    }

    @Override
    public String toString() {
        return now + " in " + zone;
    }
}
