package io.getindico.metrics.collectors.notes;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;

final class NotesCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new NotesCollector();
    }
}
