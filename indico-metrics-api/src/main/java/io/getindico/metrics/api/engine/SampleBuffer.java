package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Samples;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers the samples of one collection, family by family. */
final class SampleBuffer implements Samples {
    private final Map<MetricFamily, FamilySeries> series = new LinkedHashMap<>();
    private final Labels ofInstance;

    SampleBuffer(List<MetricFamily> families, Labels ofInstance) {
        this.ofInstance = ofInstance;
        for (MetricFamily family : families) {
            series.put(family, new FamilySeries(family));
        }
    }

    @Override
    public void set(MetricFamily family, Number value, @Nullable Object... labelValues) {
        seriesOf(family, labelValues).set(value.doubleValue(), labelValues);
    }

    @Override
    public void add(MetricFamily family, Number value, @Nullable Object... labelValues) {
        seriesOf(family, labelValues).add(value.doubleValue(), labelValues);
    }

    private FamilySeries seriesOf(MetricFamily family, @Nullable Object[] labelValues) {
        FamilySeries declared = series.get(family);
        if (declared == null) {
            throw new IllegalArgumentException("metric '" + family + "' is not among the collector's families()");
        }
        int expected = family.labels().size();
        if (labelValues.length != expected) {
            throw new IllegalArgumentException("metric '" + family + "': expected " + expected + " label values for "
                    + family.labels().stream().map(Label::name).toList() + ", got " + Arrays.toString(labelValues));
        }
        return declared;
    }

    /** The families that have a series, with the zeros of closed labels filled in. */
    List<FamilyValues> finish() {
        List<FamilyValues> values = new ArrayList<>();
        for (Map.Entry<MetricFamily, FamilySeries> entry : series.entrySet()) {
            Map<List<String>, Double> finished = entry.getValue().finish();
            if (!finished.isEmpty()) {
                values.add(FamilyValues.of(entry.getKey(), finished, ofInstance));
            }
        }
        return values;
    }
}
