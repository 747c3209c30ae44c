package io.getindico.metrics.micrometer;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Subscription;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meters of one registry, which follow what a scrape would show. */
final class BoundMeters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BoundMeters.class);

    private final MeterRegistry registry;
    private final Map<String, List<String>> labelNames = new HashMap<>();
    private final Map<Series, Meter> meters = new HashMap<>();
    /** The series whose meters belong to somebody else. */
    private final Set<Series> taken = new HashSet<>();

    private volatile Map<Series, Double> values = Map.of();
    private @Nullable Subscription subscription;

    private record Series(String name, Labels labels) {}

    private BoundMeters(MeterRegistry registry, List<MetricFamily> families) {
        this.registry = registry;
        for (MetricFamily family : families) {
            labelNames.put(
                    family.name(), family.labels().stream().map(Label::name).toList());
        }
    }

    static BoundMeters of(IndicoMetrics metrics, MeterRegistry registry) {
        BoundMeters meters = new BoundMeters(registry, metrics.families());
        meters.subscription = metrics.onChange(meters::show);
        return meters;
    }

    private void show(MetricSnapshots snapshots) {
        Map<Series, Double> next = new HashMap<>();
        Map<Series, MetricSnapshot> families = new LinkedHashMap<>();
        for (MetricSnapshot family : snapshots) {
            for (DataPointSnapshot point : family.getDataPoints()) {
                Series series = new Series(name(family), point.getLabels());
                next.put(series, value(point));
                families.put(series, family);
            }
        }
        // A meter is gone before its value is, so that no registry reads a meter without a value.
        retain(next.keySet());
        values = next;
        families.keySet().removeAll(meters.keySet());
        families.keySet().removeAll(taken);
        if (!families.isEmpty()) {
            Set<Meter> others = new HashSet<>(registry.getMeters());
            families.forEach((series, family) -> add(series, family, others));
        }
    }

    private void retain(Set<Series> wanted) {
        meters.entrySet().removeIf(entry -> {
            boolean isGone = !wanted.contains(entry.getKey());
            if (isGone) {
                registry.remove(entry.getValue());
            }
            return isGone;
        });
        taken.retainAll(wanted);
    }

    private void add(Series series, MetricSnapshot family, Set<Meter> others) {
        Meter meter = register(series, family);
        if (others.contains(meter)) {
            taken.add(series);
            LOG.warn(
                    "the registry already has {}, which is left as it is; if it belongs to another Indico, give each a label",
                    meter.getId());
        } else {
            meters.put(series, meter);
        }
    }

    private Meter register(Series series, MetricSnapshot family) {
        MetricMetadata metadata = family.getMetadata();
        String meterName = metadata.getPrometheusName().replace('_', '.');
        String unit = metadata.hasUnit() ? metadata.getUnit().toString() : null;
        List<Tag> tags = tags(series);
        if (family instanceof CounterSnapshot) {
            return FunctionCounter.builder(meterName, this, bound -> bound.value(series))
                    .tags(tags)
                    .description(metadata.getHelp())
                    .baseUnit(unit)
                    .register(registry);
        }
        return Gauge.builder(
                        family instanceof InfoSnapshot ? meterName + ".info" : meterName,
                        this,
                        bound -> bound.value(series))
                .tags(tags)
                .description(metadata.getHelp())
                .baseUnit(unit)
                .register(registry);
    }

    /** Every series of a family has the same tags, because the registry of Prometheus refuses others. */
    private List<Tag> tags(Series series) {
        List<Tag> tags = new ArrayList<>();
        Labels labels = series.labels();
        labels.forEach(label -> tags.add(Tag.of(label.getName(), label.getValue())));
        for (String name : labelNames.getOrDefault(series.name(), List.of())) {
            if (!labels.contains(name)) {
                tags.add(Tag.of(name, ""));
            }
        }
        return tags;
    }

    private double value(Series series) {
        return values.getOrDefault(series, Double.NaN);
    }

    /** The name in the catalogue; the client's model leaves out the suffix of the type. */
    private static String name(MetricSnapshot family) {
        String name = family.getMetadata().getPrometheusName();
        if (family instanceof CounterSnapshot) {
            return name + "_total";
        }
        return family instanceof InfoSnapshot ? name + "_info" : name;
    }

    private static double value(DataPointSnapshot point) {
        if (point instanceof GaugeDataPointSnapshot gauge) {
            return gauge.getValue();
        }
        return point instanceof CounterDataPointSnapshot counter ? counter.getValue() : 1;
    }

    @Override
    public void close() {
        if (subscription != null) {
            subscription.close();
        }
        retain(Set.of());
    }
}
