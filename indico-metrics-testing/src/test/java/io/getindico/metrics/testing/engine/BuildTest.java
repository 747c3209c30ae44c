package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.LIVE;
import static io.getindico.metrics.api.Value.scalar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.inline;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Mistakes that the builder finds before anything runs. */
class BuildTest extends EngineTest {
    private static final MetricFamily GAUGE =
            MetricFamily.gauge("test_events").help("A test metric.").build();
    private static final MetricFamily OTHER_GAUGE =
            MetricFamily.gauge("test_events").help("Another test's.").build();
    private static final MetricFamily COUNTER =
            MetricFamily.counter("test_events_total").help("A test metric.").build();

    private static TestCollector collector(String name, MetricFamily... families) {
        return TestCollector.collecting(name, List.of(families), (context, samples) -> {});
    }

    static Stream<Arguments> clashes() {
        MetricFamily own = MetricFamily.gauge("indico_up").help("Mine.").build();
        return Stream.of(
                Arguments.of(
                        List.of(collector("one", GAUGE), new Discovered("one")),
                        "two collectors are named 'one': " + TestCollector.class.getName() + " and "
                                + Discovered.class.getName() + "; rename or leave out one"),
                Arguments.of(
                        List.of(collector("one", GAUGE), collector("two", OTHER_GAUGE)),
                        "metric 'test_events' is declared by collector 'one' (" + TestCollector.class.getName()
                                + ") and by collector 'two' (" + TestCollector.class.getName() + ")"),
                Arguments.of(
                        List.of(collector("one", GAUGE), collector("two", GAUGE).in(LIVE)),
                        "metric 'test_events' is declared by collector 'one' (" + TestCollector.class.getName()
                                + ") and by collector 'two' (" + TestCollector.class.getName()
                                + "); collectors that feed one family must have the same refresh class"),
                Arguments.of(
                        List.of(collector("one", GAUGE, GAUGE)),
                        "metric 'test_events' is declared by collector 'one' (" + TestCollector.class.getName()
                                + ") and by collector 'one' (" + TestCollector.class.getName() + ")"),
                Arguments.of(
                        List.of(collector("one", GAUGE), collector("two", COUNTER)),
                        "metric 'test_events_total' is declared by collector 'one' (" + TestCollector.class.getName()
                                + ") and by collector 'two' (" + TestCollector.class.getName() + ")"),
                Arguments.of(
                        List.of(collector("one", own)),
                        "metric 'indico_up' is declared by the engine itself and by collector 'one' ("
                                + TestCollector.class.getName() + ")"),
                Arguments.of(
                        List.of(collector("Not a name", GAUGE)),
                        "collector name 'Not a name' of " + TestCollector.class.getName()
                                + ": expected lower-case letters, digits and underscores"),
                Arguments.of(List.of(collector("one")), "collector 'one' declares no metric families"));
    }

    @ParameterizedTest
    @MethodSource("clashes")
    void aClashIsRefusedNamingBoth(List<MetricCollector> collectors, String message) {
        IndicoMetricsBuilder builder = engine(collectors.toArray(MetricCollector[]::new));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void collectorsAreChosenByName() {
        IndicoMetricsBuilder builder = engine(
                TestCollector.gauge("one", context -> 1),
                TestCollector.gauge("two", context -> 2),
                TestCollector.gauge("three", context -> 3));
        Exposition scrape = scrape(open(builder.include(List.of("one", "two")).exclude(List.of("two"))));
        assertThat(scrape.text()).contains("test_one").doesNotContain("two", "three");
    }

    @Test
    void aSettingForACollectorThatIsNotThereIsRefused() {
        IndicoMetricsBuilder builder = engine(TestCollector.gauge("one", context -> 1))
                .include(List.of("ono"))
                .ttl("eno", Duration.ofSeconds(1));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no collector is named [eno, ono]; there are [one]");
    }

    @Test
    void aDurationOfZeroIsRefused() {
        IndicoMetricsBuilder builder = engine();
        assertThatThrownBy(() -> builder.waitLimit(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("wait limit: got PT0S, expected more than zero");
    }

    /** Found by the service loader. */
    public static class Discovered implements MetricCollector {
        private final String name;

        public Discovered() {
            this("discovered");
        }

        Discovered(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(GAUGE);
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            return List.of(FamilyQuery.withoutFrom().value(GAUGE, scalar(inline(12))));
        }
    }

    /** Cannot be made. */
    public static final class Broken extends Discovered {
        public Broken() {
            throw new NoClassDefFoundError("something/that/is/Gone");
        }
    }

    @Test
    void brokenProvidersAreNamedAndLeftOut(@TempDir Path folder) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(
                services.resolve(MetricCollector.class.getName()),
                List.of(
                        "com.example.Missing",
                        Broken.class.getName(),
                        Discovered.class.getName(),
                        BuildTest.class.getName()));
        PrintStream original = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            Exposition scrape = scrape(open(engine().discoverCollectors(loader)));
            assertThat(scrape.value("test_events")).isEqualTo(12);
        } finally {
            System.setErr(original);
        }
        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains("com.example.Missing", Broken.class.getName(), BuildTest.class.getName() + " not a subtype")
                .doesNotContain("\tat ");
    }

    @Test
    void anAddedCollectorReplacesADiscoveredOneOfItsClass(@TempDir Path folder) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(MetricCollector.class.getName()), Discovered.class.getName());
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            Exposition scrape = scrape(open(engine(new Discovered("given")).discoverCollectors(loader)));
            assertThat(scrape.success("given")).isEqualTo(1);
            assertThat(scrape.success("discovered")).isNull();
        }
    }
}
