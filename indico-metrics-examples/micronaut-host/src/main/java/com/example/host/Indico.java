package com.example.host;

import com.zaxxer.hikari.HikariDataSource;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Value;
import jakarta.annotation.PreDestroy;

@Context
final class Indico {
    private final HikariDataSource pool = new HikariDataSource();
    private final IndicoMetrics metrics;

    Indico(
            @Value("${indico.url}") String url,
            @Value("${indico.username}") String user,
            @Value("${indico.password:}") String password,
            PrometheusMeterRegistry registry) {
        pool.setJdbcUrl(url);
        pool.setUsername(user);
        pool.setPassword(password);
        pool.setMaximumPoolSize(3);
        pool.setMinimumIdle(0);
        pool.setConnectionTimeout(2_000);
        pool.setInitializationFailTimeout(-1);
        metrics = IndicoMetrics.builder(pool).discoverCollectors().build().register(registry.getPrometheusRegistry());
    }

    @PreDestroy
    void close() {
        metrics.close();
        pool.close();
    }
}
