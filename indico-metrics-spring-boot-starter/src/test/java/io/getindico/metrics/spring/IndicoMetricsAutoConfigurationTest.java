package io.getindico.metrics.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Samples;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/** With a database that is away. The example of a service tests the rest on a real one. */
class IndicoMetricsAutoConfigurationTest {
    private static final String AWAY = "indico.metrics.url=jdbc:postgresql://127.0.0.1:1/indico";

    private final PrometheusRegistry prometheus = new PrometheusRegistry();
    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(IndicoMetricsAutoConfiguration.class));
    private final ApplicationContextRunner withUrl =
            service.withPropertyValues(AWAY).withBean(PrometheusRegistry.class, () -> prometheus);

    @Test
    void oneUrlIsEnough() {
        withUrl.run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(DataSource.class);
            await("they are registered", () -> prometheus.scrape().size() > 0);
        });
        assertThat(prometheus.scrape()).isEmpty();
    }

    @Test
    void theStartDoesNotWaitForTheBuild() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<String> thread = new AtomicReference<>("");
        // Building asks the context class loader for the collectors.
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(new ClassLoader(before) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                if (name.endsWith(MetricCollector.class.getName())) {
                    thread.set(Thread.currentThread().getName());
                    try {
                        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                return super.getResources(name);
            }
        });
        try {
            withUrl.run(context -> {
                assertThat(context).hasNotFailed();
                assertThat(prometheus.scrape()).isEmpty();
                started.countDown();
                await("they are registered", () -> prometheus.scrape().size() > 0);
            });
            assertThat(thread.get()).isEqualTo("indico-metrics-start");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void aRegistryOfMicrometerGetsThemWhereThereIsNoOther() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        service.withPropertyValues(AWAY)
                .withBean("simple", MeterRegistry.class, () -> meters)
                .withBean("composite", MeterRegistry.class, CompositeMeterRegistry::new)
                .run(context -> await(
                        "the meters appear", () -> meters.find("indico.up").gauge() != null));
        assertThat(meters.getMeters()).isEmpty();
    }

    @Test
    void itDoesNothingIfTheServiceHasItsOwn() {
        withUrl.withBean(
                        IndicoMetrics.class,
                        () -> IndicoMetrics.builder(new HikariDataSource())
                                .collectors(new Fixed())
                                .build())
                .run(context ->
                        assertThat(context).hasSingleBean(IndicoMetrics.class).doesNotHaveBean(IndicoHost.class));
    }

    @Test
    void itCanBeSwitchedOff() {
        service.withPropertyValues("indico.metrics.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(IndicoHost.class));
    }

    /** With another label, an email that one Indico sent would silence the alert of the next one. */
    @Test
    void alertsAndBoardsKnowTheLabelOfSeveralIndicos() throws IOException {
        List<String> labels = new ArrayList<>();
        service.withBean(PrometheusRegistry.class, () -> prometheus)
                .withPropertyValues("indico.metrics.instances.geneva.url=jdbc:postgresql://127.0.0.1:1/indico")
                .run(context -> {
                    await("they are registered", () -> prometheus.scrape().size() > 0);
                    prometheus
                            .scrape("indico_up"::equals)
                            .get(0)
                            .getDataPoints()
                            .get(0)
                            .getLabels()
                            .forEach(label -> labels.add(label.getName()));
                });
        assertThat(labels).hasSize(1);
        String label = labels.get(0);
        assertThat(Files.readString(Path.of("../deploy/rules/indico.yml")))
                .contains("on (job, instance, " + label + ") indico:settled");
        try (Stream<Path> boards = Files.list(Path.of("../dashboards"))
                .filter(file -> file.toString().endsWith(".json"))) {
            assertThat(boards)
                    .isNotEmpty()
                    .allSatisfy(board -> assertThat(board).content().contains(label + "=~\\\"$" + label + "\\\""));
        }
    }

    @Test
    void collectorsAndCustomizersOfTheServiceTakePart() {
        withUrl.withBean(MetricCollector.class, Fixed::new)
                .withBean(IndicoMetricsCustomizer.class, () -> (instance, builder) -> builder.label("stack", "test"))
                .run(context -> await(
                        "its value is there",
                        () -> prometheus.scrape().stream()
                                .filter(family ->
                                        family.getMetadata().getPrometheusName().equals("indico_fixed"))
                                .anyMatch(family -> family.getDataPoints()
                                        .get(0)
                                        .getLabels()
                                        .get("stack")
                                        .equals("test"))));
    }

    @Test
    void theHealthIsOffByDefault() {
        withUrl.run(context -> assertThat(context).doesNotHaveBean("indicoHealthIndicator"));
        withUrl.withPropertyValues("management.health.indico.enabled=true")
                .run(context -> assertThat(context).hasBean("indicoHealthIndicator"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            url                  |                                          | jdbc:postgresql://
            url                  | postgresql://me:secret@host/db           | jdbc:postgresql://
            url                  | jdbc:postgresql://me:secret@host/db      | not before an '@'
            url                  | jdbc:postgresql://me:secret@host:5432/db | not before an '@'
            url                  | jdbc:postgresql://me:1/secret@host/db    | not before an '@'
            url                  | jdbc:postgresql:me:secret@host/db        | not before an '@'
            url                  | jdbc:postgresql://me:secret/db           | jdbc:postgresql://
            url                  | jdbc:postgresql://host?password=secret   | jdbc:postgresql://
            url                  | jdbc:postgresql://host:54x2/db           | jdbc:postgresql://
            url                  | jdbc:postgresql://host:99999/db          | jdbc:postgresql://
            instances.geneva.url | jdbc:oracle:thin:@secret                 | jdbc:postgresql://
            """)
    void aWrongUrlStopsTheStartAndShowsNoPassword(String name, @Nullable String url, String remedy) {
        List<String> logged = new CopyOnWriteArrayList<>();
        Handler handler = new StreamHandler() {
            @Override
            public synchronized void publish(LogRecord entry) {
                logged.add(entry.getMessage() + Arrays.toString(entry.getParameters()));
            }
        };
        Logger driver = Logger.getLogger("org.postgresql");
        driver.addHandler(handler);
        try {
            assertThat(refusal(service, name + "=" + (url == null ? "" : url))).satisfies(analysis -> {
                assertThat(analysis.getDescription())
                        .contains("'indico.metrics." + name + "'")
                        .doesNotContain("secret");
                assertThat(analysis.getAction()).contains(remedy);
            });
        } finally {
            driver.removeHandler(handler);
        }
        assertThat(logged).noneMatch(line -> line.contains("secret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//127.0.0.1:1/indico?user=me&password=s@cret",
                "//[::1]:1,127.0.0.1:1/indico?user=me&password=s@cret"
            })
    void aPasswordInTheParametersOfTheUrlIsNotShown(String url) {
        service.withPropertyValues("indico.metrics.url=jdbc:postgresql:" + url)
                .withBean(PrometheusRegistry.class, () -> prometheus)
                .run(context -> {
                    IndicoHost host = context.getBean(IndicoHost.class);
                    await("it is away", () -> host.health().status().equals("DOWN"));
                    assertThat(host.health().details().toString())
                            .contains("127.0.0.1:1")
                            .doesNotContain("cret");
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            profile                          | opt-in                          | compatible, default or full
            collectors                       | rooms,rums                      | No collector is named [rums]; there are [
            exclude                          | rums                            | No collector is named [rums]; there are [
            families                         | indico_num_userz                | indico_num_userz
            extra-families                   | indico_x*                       | indico_x
            exclude-families                 | indico_num_userz                | indico_num_userz
            ttl.rums                         | 300s                            | No collector is named [rums]; there are [
            ttl.live                         | 0s                              | expected more than zero
            ttl.heavy                        | 999999999999999999s             | expected at most
            collector.active_users.agee      | 48h                             | there are [age]
            collector.active_users.age       | soon                            | expected
            wait-limit                       | 0s                              | expected more than zero
            wait-limit                       | 999999999999999999s             | expected at most
            database-share                   | 2.0                             | at most 1
            """)
    void aWrongPropertyStopsTheStartWithItsNameValueAndRemedy(String name, String value, String remedy) {
        FailureAnalysis analysis = refusal(withUrl, name + "=" + value);
        assertThat(analysis.getDescription())
                .contains("'indico.metrics." + name + "'")
                .contains("got '" + value + "'");
        assertThat(analysis.getAction()).contains(remedy);
        assertThat(prometheus.scrape()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            profile=compatible        | families=indico_abstracts          | add it to the extra families
            profile=compatible        | collectors=abstracts               | leaves no metric
            collectors=rooms          | exclude=rooms                      | leaves no metric
            collectors=rooms          | families=indico_num_users          | leaves no metric
            families=indico_num_users | exclude-families=indico_num_*      | leaves no metric
            """)
    void ofTwoPropertiesThatAreWrongTogetherTheSecondIsNamed(String first, String second, String remedy) {
        FailureAnalysis analysis = refusal(withUrl, first, second);
        assertThat(analysis.getDescription())
                .contains("'indico.metrics." + second.substring(0, second.indexOf('=')) + "'")
                .contains("got '" + second.substring(second.indexOf('=') + 1) + "'");
        assertThat(analysis.getAction()).contains(remedy);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            profile=full     | families=indico_agreements                         |
            profile=compatible | collectors=abstracts | extra-families=indico_abstracts
            collectors=rooms | collector.active_users.age=48h  | ttl.active_users=1h
            """)
    void propertiesThatAreRightOnlyTogetherAreAccepted(String first, String second, @Nullable String third) {
        withUrl.withPropertyValues("indico.metrics." + first, "indico.metrics." + second)
                .withPropertyValues(third == null ? new String[0] : new String[] {"indico.metrics." + third})
                .run(context -> assertThat(context).hasNotFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pasword", "instances.geneva.pasword"})
    void anUnknownPropertyStopsTheStartAndItsValueIsNotShown(String name) {
        FailureAnalysis analysis = refusal(withUrl, name + "=secret");
        assertThat(analysis.getDescription())
                .contains("'indico.metrics." + name + "'", "unknown")
                .doesNotContain("secret");
        assertThat(analysis.getAction()).contains("Correct the name");
    }

    /** Returns what Boot prints. */
    private static FailureAnalysis refusal(ApplicationContextRunner service, String... properties) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        service.withPropertyValues(
                        Stream.of(properties).map("indico.metrics."::concat).toArray(String[]::new))
                .run(context -> {
                    assertThat(context).hasFailed();
                    failure.set(context.getStartupFailure());
                });
        // Some of Boot's analyzers need arguments, and are about other failures.
        FailureHandler leaveOut = (type, name, e) -> {};
        return SpringFactoriesLoader.forDefaultResourceLocation().load(FailureAnalyzer.class, leaveOut).stream()
                .map(analyzer -> analyzer.analyze(Objects.requireNonNull(failure.get())))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as(what).isNegative();
            Thread.sleep(20);
        }
    }

    /** A collector that needs no database. */
    private static final class Fixed implements MetricCollector {
        private static final MetricFamily FAMILY =
                MetricFamily.gauge("indico_fixed").help("A test metric.").build();

        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(FAMILY);
        }

        @Override
        public void collect(CollectionContext context, Samples samples) {
            samples.set(FAMILY, 1);
        }
    }
}
