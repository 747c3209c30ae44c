package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.testing.engine.TestCollector.Work;
import org.junit.jupiter.api.Test;

/** What a family looks like whose labels are closed, open or both. */
class LabelTest extends EngineTest {
    private enum State {
        PENDING,
        ACCEPTED
    }

    private static final MetricFamily STATES = MetricFamily.gauge("test_states")
            .help("By state.")
            .labels(Label.closed("state", State.class))
            .build();
    private static final MetricFamily PLACES = MetricFamily.gauge("test_places")
            .help("By place.")
            .labels(Label.open("place"))
            .build();
    private static final MetricFamily BOTH = MetricFamily.gauge("test_both")
            .help("By place and kind.")
            .labels(Label.open("place"), Label.closed("kind", "a", "b"))
            .build();
    private static final MetricFamily COMBINED = MetricFamily.gauge("test_combined")
            .help("By realm and kind.")
            .labels(Label.closed("realm", "event", "category"), Label.closed("kind", "change", "move"))
            .combination("event", "change")
            .combination("event", "move")
            .combination("category", "change")
            .build();

    private Exposition given(MetricFamily family, Work work) {
        Exposition all = scrape(open(TestCollector.of("labels", family, work)));
        assertThat(all.success("labels")).isEqualTo(1);
        return all;
    }

    private static void assertSamples(Exposition scrape, MetricFamily family, String expected) {
        assertThat(scrape.text().lines().filter(line -> line.startsWith(family.name())))
                .containsExactlyInAnyOrderElementsOf(expected.lines().toList());
    }

    @Test
    void closedLabelsAreFilledInWithZeros() {
        Exposition scrape = given(STATES, (context, samples) -> samples.set(STATES, 3, State.ACCEPTED));
        assertSamples(scrape, STATES, """
                test_states{state="pending"} 0.0
                test_states{state="accepted"} 3.0
                """);
    }

    @Test
    void nothingGivenIsAllZeros() {
        assertSamples(given(STATES, (context, samples) -> {}), STATES, """
                test_states{state="pending"} 0.0
                test_states{state="accepted"} 0.0
                """);
    }

    @Test
    void whatIsNotDeclaredIsUnknownAndOnlyAboveZero() {
        Exposition scrape = given(STATES, (context, samples) -> {
            samples.set(STATES, 1, "withdrawn");
            samples.set(STATES, 2, "frozen");
            samples.set(STATES, 4, (Object) null);
        });
        assertSamples(scrape, STATES, """
                test_states{state="pending"} 0.0
                test_states{state="accepted"} 0.0
                test_states{state="unknown"} 7.0
                """);
        Exposition none = given(STATES, (context, samples) -> samples.set(STATES, 0, "withdrawn"));
        assertThat(none.family("test_states")).hasSize(2);
    }

    @Test
    void openLabelsAreThereAsTheyAreMetAndLeftOutWhereEmpty() {
        Exposition scrape = given(PLACES, (context, samples) -> {
            samples.set(PLACES, 1, "Geneva");
            samples.set(PLACES, 0, "");
            samples.add(PLACES, 2, "Meyrin");
            samples.add(PLACES, 3, "Meyrin");
        });
        assertSamples(scrape, PLACES, """
                test_places{place="Geneva"} 1.0
                test_places 0.0
                test_places{place="Meyrin"} 5.0
                """);
        assertThat(given(PLACES, (context, samples) -> {}).text()).doesNotContain("test_places");
    }

    @Test
    void ofOpenLabelsFiftyAreKeptInTheOrderGivenAndTheRestIsOther() {
        Exposition scrape = given(PLACES, (context, samples) -> {
            for (int i = 1; i <= 60; i++) {
                samples.set(PLACES, i, "place " + i);
            }
        });
        assertThat(scrape.family("test_places")).hasSize(51);
        assertThat(scrape.value("test_places{place=\"place 50\"}")).isEqualTo(50);
        assertThat(scrape.value("test_places{place=\"other\"}"))
                .isEqualTo(51 + 52 + 53 + 54 + 55 + 56 + 57 + 58 + 59 + 60);
    }

    @Test
    void longValuesAreCutAndKeptApart() {
        String common = "\uD83D\uDE00".repeat(200);
        Exposition scrape = given(PLACES, (context, samples) -> {
            samples.set(PLACES, 1, common + "a");
            samples.set(PLACES, 2, common + "b");
        });
        assertThat(scrape.family("test_places").values()).containsExactlyInAnyOrder(1.0, 2.0);
        assertThat(scrape.family("test_places").keySet()).allSatisfy(key -> {
            String value = key.substring(key.indexOf('"') + 1, key.lastIndexOf('"'));
            assertThat(value.codePointCount(0, value.length())).isEqualTo(128);
            assertThat(value).startsWith("\uD83D\uDE00");
        });
    }

    @Test
    void forEachOpenValueTheClosedOnesAreFilledIn() {
        Exposition scrape = given(BOTH, (context, samples) -> samples.set(BOTH, 1, "Geneva", "b"));
        assertSamples(scrape, BOTH, """
                test_both{kind="a",place="Geneva"} 0.0
                test_both{kind="b",place="Geneva"} 1.0
                """);
    }

    @Test
    void ofCombinationsThoseDeclaredAreFilledIn() {
        Exposition scrape = given(COMBINED, (context, samples) -> {
            samples.set(COMBINED, 1, "event", "move");
            samples.set(COMBINED, 2, "category", "move");
            samples.set(COMBINED, 4, "planet", "move");
        });
        assertSamples(scrape, COMBINED, """
                test_combined{kind="change",realm="event"} 0.0
                test_combined{kind="move",realm="event"} 1.0
                test_combined{kind="change",realm="category"} 0.0
                test_combined{kind="unknown",realm="category"} 2.0
                test_combined{kind="unknown",realm="unknown"} 4.0
                """);
    }
}
