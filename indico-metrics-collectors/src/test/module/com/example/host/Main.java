package com.example.host;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

public final class Main {
    private Main() {}

    /** Prints one scrape of the database with this URL, user and password. */
    public static void main(String[] arguments) throws IOException {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(arguments[0]);
        dataSource.setUser(arguments[1]);
        dataSource.setPassword(arguments[2]);
        PrometheusRegistry registry = new PrometheusRegistry();
        try (IndicoMetrics metrics = IndicoMetrics.builder(dataSource)
                .discoverCollectors()
                .waitLimit(Duration.ofSeconds(30))
                .build()) {
            System.out.println("in module " + metrics.getClass().getModule().getName());
            registry.register(metrics);
            PrometheusTextFormatWriter.create().write(System.out, registry.scrape());
        }
    }
}
