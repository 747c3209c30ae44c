package io.getindico.metrics.collectors.events;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;

final class ActiveEventsCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new ActiveEventsCollector();
    }
}
