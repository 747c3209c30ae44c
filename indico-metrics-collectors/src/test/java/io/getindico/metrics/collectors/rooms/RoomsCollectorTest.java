package io.getindico.metrics.collectors.rooms;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;

final class RoomsCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new RoomsCollector();
    }
}
