package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
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
        return CollectorCatalog.of(
                Stream.of(collectors)
                        .map(collector -> new RegisteredCollector(
                                collector, collector.name(), collector.refreshClass(), collector.families(), Map.of()))
                        .toList(),
                List.of());
    }

    @Test
    void collectorsAreOrderedByName() {
        assertThat(catalog(TestCollector.named("b"), TestCollector.named("c"), TestCollector.named("a"))
                        .all())
                .extracting(RegisteredCollector::name)
                .containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void familiesIncludeTheSelfMetricsInOrderOfName(boolean allCollectorMetrics) {
        List<MetricFamily> own = SelfMetrics.families(allCollectorMetrics);
        List<MetricFamily> families =
                catalog(TestCollector.named("zzz"), TestCollector.named("aaa")).families(allCollectorMetrics);
        assertThat(families)
                .isSortedAccordingTo(Comparator.comparing(MetricFamily::name))
                .containsAll(own)
                .hasSize(own.size() + 2);
    }

    @Test
    void refusesTwoCollectorsOfOneNameAndNamesBoth() {
        MetricCollector other = new MetricCollectorTwin(TestCollector.named("events"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(TestCollector.named("events"), other))
                .withMessage("two collectors are named 'events': " + CLASS + " and "
                        + MetricCollectorTwin.class.getName() + "; rename or leave out one");
    }

    @Test
    void refusesTwoCollectorsWithOneFamilyAndNamesBoth() {
        TestCollector b = TestCollector.named("b").declaring(TestCollector.gauge("indico_a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(TestCollector.named("a"), b))
                .withMessage("metric 'indico_a' is declared by collector 'a' (" + CLASS + ") and by collector 'b' ("
                        + CLASS + ")");
    }

    @Test
    void refusesACollectorThatDeclaresAFamilyTwice() {
        MetricFamily family = TestCollector.gauge("indico_a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> catalog(TestCollector.named("a").declaring(family, family)))
                .withMessage("metric 'indico_a' is declared by collector 'a' (" + CLASS + ") and by collector 'a' ("
                        + CLASS + ")");
    }

    @Test
    void refusesFamiliesThatDifferOnlyInTheSuffixOfTheirType() {
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
    void findsWhetherACollectorOwnsAName() {
        CollectorCatalog catalog =
                catalog(TestCollector.named("a"), TestCollector.named("x").declaring(COUNTER));
        assertThat(catalog.isAnyOwned("indico_a"::equals)).isTrue();
        assertThat(catalog.isAnyOwned("indico_x"::equals)).isTrue();
        assertThat(catalog.isAnyOwned("indico_x_total"::equals)).isTrue();
        assertThat(catalog.isAnyOwned("indico_b"::equals)).isFalse();
        assertThat(catalog.isAnyOwned("indico_up"::equals)).isFalse();
    }

    @Test
    void aFamilyThatIsOffHasNoOwner() {
        MetricFamily on = TestCollector.gauge("indico_on");
        MetricFamily off = TestCollector.gauge("indico_off");
        CollectorCatalog catalog = CollectorCatalog.of(
                List.of(TestCollector.named("a").declaring(on, off).registered(on::equals)), List.of());
        assertThat(catalog.collectedFamilies()).containsExactly(on);
        assertThat(catalog.families(false)).contains(on).doesNotContain(off);
        assertThat(catalog.isAnyOwned("indico_off"::equals)).isFalse();
    }

    @Nested
    class AFamilyOfSeveralCollectors {
        private final MetricFamily family = TestCollector.gauge("indico_shared");
        private final TestCollector a = TestCollector.named("a").declaring(family);
        private final TestCollector b = TestCollector.named("b").declaring(family);

        @Test
        void isAllowedIfTheyShareTheConstant() {
            assertThat(catalog(a, b, TestCollector.named("c").declaring(family)).collectedFamilies())
                    .containsExactly(family);
        }

        @Test
        void isRefusedIfTheyShareOnlyTheName() {
            TestCollector twin = TestCollector.named("twin").declaring(TestCollector.gauge("indico_shared"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> catalog(a, b, twin))
                    .withMessage("metric 'indico_shared' is declared by collector 'b' (" + CLASS
                            + ") and by collector 'twin' (" + CLASS + ")");
        }

        @Test
        void isRefusedIfTheirRefreshClassesDiffer() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> catalog(a, b.of(RefreshClass.HEAVY)))
                    .withMessage("metric 'indico_shared' is declared by collector 'a' (" + CLASS
                            + ") and by collector 'b' (" + CLASS
                            + "); collectors that feed one family must have the same refresh class");
        }
    }

    /** A second class, so that the test can distinguish the two. */
    private record MetricCollectorTwin(TestCollector twin) implements MetricCollector {
        @Override
        public String name() {
            return twin.name();
        }

        @Override
        public List<MetricFamily> families() {
            return List.of(TestCollector.gauge("indico_twin"));
        }
    }
}
