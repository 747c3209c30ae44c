package io.getindico.metrics.collectors.attachments;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;

final class AttachmentsCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new AttachmentsCollector();
    }
}
