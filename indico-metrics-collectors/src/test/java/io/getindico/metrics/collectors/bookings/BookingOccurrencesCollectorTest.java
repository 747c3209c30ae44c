package io.getindico.metrics.collectors.bookings;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;

final class BookingOccurrencesCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new BookingOccurrencesCollector();
    }
}
