package com.example.host;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import javax.sql.DataSource;

@Factory
final class IndicoBeans {
    @Context
    @Bean(preDestroy = "close")
    IndicoMetrics indicoMetrics(@Named("indico") DataSource indico, PrometheusMeterRegistry registry) {
        return IndicoMetrics.builder(indico)
                .discoverCollectors()
                .build()
                .register(registry.getPrometheusRegistry());
    }
}
