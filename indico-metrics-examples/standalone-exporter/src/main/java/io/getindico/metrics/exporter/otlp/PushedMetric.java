package io.getindico.metrics.exporter.otlp;

import static java.util.Objects.requireNonNullElse;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** A metric as OTLP has it. It has the name that a scrape shows. */
record PushedMetric(
        Resource getResource, String getName, MetricMetadata metadata, MetricDataType getType, Data<?> getData)
        implements MetricData {
    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("indico-metrics-exporter");

    /** As OTLP spells them. */
    private static final Map<String, String> UNITS = Map.of("seconds", "s", "bytes", "By");

    /** The metrics at an instant. Those that have no values are left out. */
    static Collection<MetricData> of(MetricSnapshots snapshots, Resource resource, Instant now) {
        long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        Collection<MetricData> metrics = new ArrayList<>();
        for (MetricSnapshot snapshot : snapshots) {
            if (!snapshot.getDataPoints().isEmpty()) {
                add(snapshot, resource, nanos, metrics);
            }
        }
        return metrics;
    }

    private static void add(MetricSnapshot snapshot, Resource resource, long now, Collection<MetricData> to) {
        MetricMetadata metadata = snapshot.getMetadata();
        String name = metadata.getPrometheusName();
        if (snapshot instanceof GaugeSnapshot gauge) {
            Data<?> data = gauge(points(gauge.getDataPoints(), GaugeDataPointSnapshot::getValue, now));
            to.add(new PushedMetric(resource, name, metadata, MetricDataType.DOUBLE_GAUGE, data));
        } else if (snapshot instanceof InfoSnapshot info) {
            Data<?> data = gauge(points(info.getDataPoints(), unused -> 1, now));
            to.add(new PushedMetric(resource, name + "_info", metadata, MetricDataType.DOUBLE_GAUGE, data));
        } else if (snapshot instanceof CounterSnapshot counter) {
            Data<?> data = SumData.createDoubleSumData(
                    true,
                    AggregationTemporality.CUMULATIVE,
                    points(counter.getDataPoints(), CounterDataPointSnapshot::getValue, now));
            to.add(new PushedMetric(resource, name + "_total", metadata, MetricDataType.DOUBLE_SUM, data));
        } else if (snapshot instanceof SummarySnapshot summary) {
            List<SummaryPointData> points = summary.getDataPoints().stream()
                    .map(point -> sumAndCount(point, now))
                    .toList();
            SummaryData data = () -> points;
            to.add(new PushedMetric(resource, name, metadata, MetricDataType.SUMMARY, data));
        }
        // The exporter has no metrics of other types.
    }

    private static Data<?> gauge(List<DoublePointData> points) {
        return GaugeData.createDoubleGaugeData(points);
    }

    private static <T extends DataPointSnapshot> List<DoublePointData> points(
            List<T> points, ToDoubleFunction<T> value, long now) {
        return points.stream()
                .map(point -> DoublePointData.create(
                        start(point), now, attributes(point), value.applyAsDouble(point), List.of()))
                .toList();
    }

    private static SummaryPointData sumAndCount(SummaryDataPointSnapshot point, long now) {
        return SummaryPointData.create(
                start(point), now, attributes(point), point.getCount(), point.getSum(), List.of());
    }

    /** Zero if it is unknown. */
    private static long start(DataPointSnapshot point) {
        return point.hasCreatedTimestamp() ? TimeUnit.MILLISECONDS.toNanos(point.getCreatedTimestampMillis()) : 0;
    }

    private static Attributes attributes(DataPointSnapshot point) {
        AttributesBuilder attributes = Attributes.builder();
        point.getLabels().forEach(label -> attributes.put(label.getName(), label.getValue()));
        return attributes.build();
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Override
    public String getDescription() {
        return requireNonNullElse(metadata.getHelp(), "");
    }

    @Override
    public String getUnit() {
        return metadata.hasUnit() ? UNITS.getOrDefault(String.valueOf(metadata.getUnit()), "") : "";
    }
}
