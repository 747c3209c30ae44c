package com.example.host;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.micrometer.IndicoMeterBinder;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.quarkus.agroal.DataSource;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

final class IndicoBeans {
    @Produces
    @Singleton
    IndicoMetrics indicoMetrics(@DataSource("indico") javax.sql.DataSource indico) {
        return IndicoMetrics.builder(indico)
                .discoverCollectors()
                .refreshByTimer()
                .build();
    }

    /** Quarkus binds each bean of this type to its registry. */
    @Produces
    @Singleton
    MeterBinder indicoMeters(IndicoMetrics metrics) {
        return new IndicoMeterBinder(metrics);
    }

    void close(@Disposes IndicoMetrics metrics) {
        metrics.close();
    }
}
