package io.getindico.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsGroup;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddingPageTest {
    private static final Path PAGE = Path.of("../docs/embedding.md");
    private static final Path EXAMPLES = Path.of("../indico-metrics-examples");
    private static final Path HOST = EXAMPLES.resolve("spring-boot-host");
    private static final Path SOURCE = Path.of("src/test/java/io/getindico/metrics/micrometer/EmbeddingPage.java");
    private static final Path BEANS = HOST.resolve("src/test/java/com/example/host/PoolAsBeanTest.java");

    private final IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest());
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private HikariDataSource pool = new HikariDataSource();

    @BeforeEach
    void open() {
        database.prepare();
        pool = EmbeddingPage.pool(
                database.jdbcUrl(), database.server().user(), database.server().password());
    }

    @AfterEach
    void close() {
        pool.close();
        database.close();
    }

    @Test
    void thePageShowsCodeThatCompiles() throws IOException {
        List<String> compiled = Stream.concat(regions(SOURCE), regions(BEANS)).toList();
        List<String> blocks = new ArrayList<>(blocks("java"));
        assertThat(blocks).containsAll(compiled);
        blocks.removeAll(compiled);
        assertThat(blocks)
                .satisfiesExactly(
                        isIn("quarkus-host/src/main/java/com/example/host/IndicoBeans.java"),
                        isIn("micronaut-host/src/main/java/com/example/host/Indico.java"),
                        isIn("dropwizard-host/src/main/java/com/example/host/HostApplication.java"));
    }

    @Test
    void thePageShowsTheConfigurationOfTheExamples() throws IOException {
        assertThat(blocks("properties"))
                .satisfiesExactly(
                        isIn("spring-boot-host/src/main/resources/application.properties"),
                        isIn("quarkus-host/src/main/resources/application.properties"),
                        isIn("micronaut-host/src/main/resources/application.properties"));
        assertThat(blocks("yaml")).satisfiesExactly(isIn("dropwizard-host/config.yml"));
    }

    @Test
    void thePageListsEachPropertyOfTheStarter() throws IOException {
        String page = Files.readString(PAGE);
        Path metadata = Path.of("../indico-metrics-spring-boot-starter/src/main/java/io/getindico/metrics/spring/"
                + "IndicoMetricsProperties.java");
        Pattern.compile("^ \\* @param (\\w+) ", Pattern.MULTILINE)
                .matcher(Files.readString(metadata))
                .results()
                .map(match -> match.group(1).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                .forEach(name -> assertThat(page).containsPattern("`(indico\\.metrics)?\\." + name + "[.`]"));
    }

    @Test
    void theMetricsAreRegisteredAndUnregistered() throws Exception {
        IndicoMetrics metrics = EmbeddingPage.register(pool, registry);
        EmbeddingPage.warmUp(metrics);
        Await.until("the gauges are there", () -> scrape().contains("\nindico_num_users 1.0\n"));
        assertThat(scrape()).contains("orders_total 1.0\n");
        assertThat(EmbeddingPage.isUp(metrics)).isTrue();
        EmbeddingPage.close(metrics, pool);
        assertThat(scrape()).contains("orders_total 1.0\n").doesNotContain("indico");
    }

    @Test
    void aTimerRefreshes() throws Exception {
        try (IndicoMetrics timed = EmbeddingPage.timed(pool).register(registry)) {
            assertThat(timed.families()).isNotEmpty();
            Await.until("the gauges are there", () -> scrape().contains("\nindico_num_users 1.0\n"));
        }
    }

    @Test
    void metersFollow() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (IndicoMetrics metrics = EmbeddingPage.bind(pool, meters)) {
            assertThat(metrics.families()).isNotEmpty();
            Await.until(
                    "the meter is there", () -> meters.find("indico.num.users").gauge() != null);
            assertThat(meters.get("indico.num.users").gauge().value()).isEqualTo(1);
        }
    }

    @Test
    void severalIndicosAreAGroup() throws Exception {
        try (IndicoMetricsGroup both = EmbeddingPage.several(pool, new HikariDataSource(), registry)) {
            assertThat(both.getMetricFamilyDescriptors()).isNotEmpty();
            Await.until(
                    "the gauges are there",
                    () -> scrape().contains("\nindico_num_users{instance_name=\"geneva\"} 1.0\n"));
            assertThat(scrape()).contains("\nindico_up{instance_name=\"vienna\"} 0.0\n");
        }
    }

    @Test
    void whatIsExcludedIsNotDeclared() {
        try (IndicoMetrics metrics = EmbeddingPage.choose(pool)) {
            assertThat(metrics.declared().collectors())
                    .map(CollectorStatus::name)
                    .contains("rooms", "database")
                    .doesNotContain("livesync");
            assertThat(metrics.families())
                    .map(MetricFamily::name)
                    .contains("indico_num_users")
                    .doesNotContain("indico_database_size_bytes");
        }
    }

    private String scrape() {
        return ExpositionText.of(registry.scrape());
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```\n", Pattern.DOTALL)
                .matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** A block is in an example if its lines are, at whatever indentation. */
    private static ThrowingConsumer<String> isIn(String example) {
        return block -> assertThat(Files.readString(EXAMPLES.resolve(example)).replaceAll("(?m)^ +", ""))
                .contains(block.replaceAll("(?m)^ +", ""));
    }

    private static Stream<String> regions(Path source) throws IOException {
        return Pattern.compile("// begin\n(.*?)\n *// end", Pattern.DOTALL)
                .matcher(Files.readString(source))
                .results()
                .map(match -> match.group(1).stripIndent() + "\n");
    }
}
