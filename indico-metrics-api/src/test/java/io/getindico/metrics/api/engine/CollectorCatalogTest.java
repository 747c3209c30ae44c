package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollectorCatalogTest {
    private static final String CLASS = TestCollector.class.getName();
    private static final MetricFamily COUNTER =
            MetricFamily.counter("indico_x_total").help("X.").build();
    private static final MetricFamily INFO =
            MetricFamily.info("indico_x_info").help("X.").build();

    private static CollectorCatalog catalog(MetricCollector... collectors) {
        return CollectorCatalog.of(List.of(collectors), new DryRun(new TestSettings().build()));
    }

    @Test
    void collectorsAreOrderedByName() {
        assertThat(catalog(TestCollector.named("b"), TestCollector.named("c"), TestCollector.named("a"))
                        .all())
                .extracting(RegisteredCollector::name)
                .containsExactly("a", "b", "c");
    }

    @Test
    void familiesAreOrderedByNameWithTheEnginesOwn() {
        List<MetricFamily> families =
                catalog(TestCollector.named("zzz"), TestCollector.named("aaa")).families();
        assertThat(families)
                .isSortedAccordingTo(Comparator.comparing(MetricFamily::name))
                .containsAll(SelfMetrics.FAMILIES)
                .hasSize(SelfMetrics.FAMILIES.size() + 2);
    }

    @Test
    void twoOfOneNameAreRefusedAndBothNamed() {
        MetricCollector other = new MetricCollectorTwin(TestCollector.named("events"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(TestCollector.named("events"), other))
                .withMessage("two collectors are named 'events': " + CLASS + " and "
                        + MetricCollectorTwin.class.getName() + "; rename or leave out one");
    }

    @Test
    void twoWithOneFamilyAreRefusedAndBothNamed() {
        TestCollector b = TestCollector.named("b").declaring(TestCollector.gauge("indico_a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(TestCollector.named("a"), b))
                .withMessage("metric 'indico_a' is declared by collector 'a' (" + CLASS + ") and by collector 'b' ("
                        + CLASS + ")");
    }

    @Test
    void oneThatDeclaresAFamilyTwiceIsRefused() {
        MetricFamily family = TestCollector.gauge("indico_a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(TestCollector.named("a").declaring(family, family)))
                .withMessage("metric 'indico_a' is declared by collector 'a' (" + CLASS + ") and by collector 'a' ("
                        + CLASS + ")");
    }

    @Test
    void namesThatDifferBySuffixOfTheirTypeOnlyAreOneToTheClient() {
        TestCollector gauge = TestCollector.named("x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(gauge, TestCollector.named("y").declaring(COUNTER)))
                .withMessage("metric 'indico_x_total' is declared by collector 'x' (" + CLASS
                        + ") and by collector 'y' (" + CLASS + ")");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(TestCollector.named("y").declaring(INFO), gauge))
                .withMessageStartingWith("metric 'indico_x' is declared by collector 'y'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(
                        TestCollector.named("y").declaring(INFO),
                        TestCollector.named("z").declaring(COUNTER)))
                .withMessageStartingWith("metric 'indico_x_total' is declared by collector 'y'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"indico_up", "indico_collector_failures", "indico_schema", "indico_zone"})
    void aFamilyOfTheEngineCannotBeDeclaredAgain(String name) {
        TestCollector collector = TestCollector.named("mine").declaring(TestCollector.gauge(name));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(collector))
                .withMessage("metric '" + name + "' is declared by the engine itself and by collector 'mine' (" + CLASS
                        + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Events", "my-events", "1st", "_events"})
    void aNameThatIsNotSnakeCaseIsRefused(String name) {
        TestCollector collector = TestCollector.named("x").renamed(name);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(collector))
                .withMessage("collector name '" + name + "' of " + CLASS
                        + ": expected lower-case letters, digits and underscores");
    }

    @Test
    void aCollectorWithoutFamiliesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(TestCollector.named("a").declaring()))
                .withMessage("collector 'a' declares no metric families");
    }

    @Test
    void aCollectorThatMaySendNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(TestCollector.named("a").sending(0)))
                .withMessage("collector 'a': maxStatements() is 0, expected at least 1");
    }

    @Test
    void aCollectorThatThrowsInTheDryRunIsTakenIn() {
        TestCollector broken = TestCollector.named("a").doing((context, samples) -> {
            throw new IllegalStateException("a row of zeros?");
        });
        assertThatCode(() -> catalog(broken)).doesNotThrowAnyException();
    }

    @Test
    void ofTheNamesAskedForEachFindsItsCollector() {
        CollectorCatalog catalog = catalog(
                TestCollector.named("a"),
                TestCollector.named("b").declaring(TestCollector.gauge("indico_b"), TestCollector.gauge("indico_c")),
                TestCollector.named("x").declaring(COUNTER));
        assertThat(catalog.owningAny("indico_c"::equals))
                .extracting(RegisteredCollector::name)
                .containsExactly("b");
        assertThat(catalog.owningAny(name -> name.equals("indico_x") || name.equals("indico_a")))
                .extracting(RegisteredCollector::name)
                .containsExactly("a", "x");
        assertThat(catalog.owningAny("indico_up"::equals)).isEmpty();
    }

    /** Another class, to tell the two apart. */
    private record MetricCollectorTwin(TestCollector twin) implements MetricCollector {
        @Override
        public String name() {
            return twin.name();
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(TestCollector.gauge("indico_twin"));
        }

        @Override
        public void collect(
                io.getindico.metrics.api.CollectionContext context, io.getindico.metrics.api.Samples samples) {}
    }
}
