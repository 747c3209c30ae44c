package io.getindico.metrics.collectors.users;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;

final class ActiveUsersCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new ActiveUsersCollector();
    }
}
