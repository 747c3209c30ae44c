package io.getindico.metrics.collectors.categories;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;

final class CategoriesCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new CategoriesCollector();
    }
}
