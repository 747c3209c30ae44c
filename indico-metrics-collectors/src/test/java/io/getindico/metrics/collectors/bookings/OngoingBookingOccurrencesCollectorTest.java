package io.getindico.metrics.collectors.bookings;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;

final class OngoingBookingOccurrencesCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new OngoingBookingOccurrencesCollector();
    }
}
