package io.getindico.metrics.micrometer;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Samples;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Shows one series for each entry of a map. Each run passes the gate first. */
final class ChangingCollector implements MetricCollector {
    private static final MetricFamily FAMILY = MetricFamily.gauge("indico_changing")
            .help("A test metric.")
            .labels(Label.open("kind"))
            .build();

    private final AtomicInteger runs = new AtomicInteger();
    volatile Map<String, Integer> series = Map.of();
    final Gate gate = new Gate();

    int runs() {
        return runs.get();
    }

    @Override
    public String name() {
        return "changing";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(FAMILY);
    }

    @Override
    public void collect(CollectionContext context, Samples samples) {
        gate.pass();
        series.forEach((kind, value) -> {
            if (value < 0) {
                throw new IllegalStateException("cannot be read");
            }
            samples.set(FAMILY, value, kind);
        });
        runs.incrementAndGet();
    }
}
