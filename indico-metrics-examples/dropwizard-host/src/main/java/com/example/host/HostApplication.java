package com.example.host;

import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.ManagedDataSource;
import io.dropwizard.jdbi3.JdbiFactory;
import io.dropwizard.lifecycle.AutoCloseableManager;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.prometheus.metrics.exporter.servlet.jakarta.PrometheusMetricsServlet;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.jdbi.v3.core.Jdbi;

public final class HostApplication extends Application<HostConfiguration> {
    public static void main(String[] args) throws Exception {
        new HostApplication().run(args);
    }

    @Override
    public void run(HostConfiguration configuration, Environment environment) {
        Jdbi own = new JdbiFactory().build(environment, configuration.database, "service");
        environment.jersey().register(new Orders(own));

        PrometheusRegistry registry = new PrometheusRegistry();
        DropwizardExports.builder().dropwizardRegistry(environment.metrics()).register(registry);
        environment.admin().addServlet("prometheus", new PrometheusMetricsServlet(registry)).addMapping("/prometheus");

        ManagedDataSource indico = configuration.indico.build(environment.metrics(), "indico");
        IndicoMetrics metrics = IndicoMetrics.builder(indico).discoverCollectors().build();
        environment.lifecycle().manage(indico);
        environment.lifecycle().manage(new AutoCloseableManager(metrics.register(registry)));
    }
}
