package io.getindico.metrics.collectors.livesync;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;

final class LivesyncCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new LivesyncCollector();
    }
}
