package com.example.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.IndicoDatabase;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The service on its own port, queried over HTTP. */
final class RunningHost implements AutoCloseable {
    /** Longer than anything here takes, so that it never causes a failure. */
    static final Duration LONG = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final ConfigurableApplicationContext context;

    private RunningHost(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static RunningHost start(IndicoDatabase database) {
        return start(database.jdbcUrl(), database, LONG);
    }

    /** Starts the service with an existing registry. */
    static RunningHost start(IndicoDatabase database, PrometheusRegistry registry) {
        return start(
                database.jdbcUrl(),
                database,
                LONG,
                context -> context.registerBean(PrometheusRegistry.class, () -> registry));
    }

    /**
     * Starts the service.
     *
     * @param url where the service looks for Indico
     * @param database the database whose login the service uses
     * @param waitLimit how long a scrape may wait
     * @param collectors beans of the service
     */
    static RunningHost start(String url, IndicoDatabase database, Duration waitLimit, MetricCollector... collectors) {
        return start(url, database, waitLimit, context -> {
            for (MetricCollector collector : collectors) {
                context.registerBean(collector.name(), MetricCollector.class, () -> collector);
            }
        });
    }

    private static RunningHost start(
            String url, IndicoDatabase database, Duration waitLimit, Consumer<GenericApplicationContext> beans) {
        return start(
                beans,
                "--indico.metrics.wait-limit=" + waitLimit,
                "--indico.metrics.url=" + url,
                "--indico.metrics.username=" + database.server().user(),
                "--indico.metrics.password=" + database.server().password());
    }

    /** Starts the service with beans and properties of its own. */
    static RunningHost start(Consumer<GenericApplicationContext> beans, String... properties) {
        SpringApplication service = new SpringApplication(HostApplication.class);
        service.addInitializers(context -> beans.accept((GenericApplicationContext) context));
        List<String> arguments = new ArrayList<>(
                List.of("--server.port=0", "--spring.main.banner-mode=off", "--logging.level.root=warn"));
        arguments.addAll(List.of(properties));
        return new RunningHost(service.run(arguments.toArray(String[]::new)));
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    /** Scrapes until the metrics, which are built while the service starts, have all these texts. */
    String awaitScrape(String... texts) throws IOException, InterruptedException {
        await("a scrape has " + List.of(texts), () -> {
            String scrape = scrape();
            return List.of(texts).stream().allMatch(scrape::contains);
        });
        return scrape();
    }

    /** The answer to a scrape, or only its metrics with the given names. */
    String scrape(String... names) throws IOException, InterruptedException {
        return get("/actuator/prometheus" + (names.length == 0 ? "" : "?includedNames=" + String.join(",", names)));
    }

    String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = response(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    HttpResponse<String> response(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A condition that may query the service. */
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    static void await(String what, Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - deadline).as(what).isNegative();
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
