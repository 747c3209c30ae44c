package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FamilySeriesTest {
    private enum State {
        OPEN,
        CLOSED {
            @Override
            public String toString() {
                return "shut";
            }
        }
    }

    private static final Label STATE = Label.closed("state", State.class);
    private static final Label REALM = Label.closed("realm", "event", "category");
    private static final Label LOCATION = Label.open("location");

    /** A family with these labels, collected through the given values. */
    private static FamilySeries series(Label... labels) {
        return FamilySeries.given(
                MetricFamily.gauge("indico_x").help("X.").labels(labels).build());
    }

    private static @Nullable Object[] labels(@Nullable Object... values) {
        return values;
    }

    /** Label values joined by a slash, in the order in which they are published. */
    private static Map<String, Double> finished(FamilySeries series) {
        return series.finish().entrySet().stream()
                .collect(toMap(entry -> String.join("/", entry.getKey()), Map.Entry::getValue));
    }

    @Nested
    class WithoutLabels {
        @Test
        void aValueThatWasNotGivenIsAbsentNotZero() {
            assertThat(series().finish()).isEmpty();
        }

        @Test
        void aZeroThatWasGivenIsPublished() {
            FamilySeries series = series();
            series.set(0, labels());
            assertThat(series.finish()).isEqualTo(Map.of(List.of(), 0.0));
        }

        @Test
        void aSecondValueIsRefused() {
            FamilySeries series = series();
            series.set(1, labels());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> series.set(1, labels()))
                    .withMessage("metric 'indico_x': the series [] was set twice");
        }

        @Test
        void sumsBeginAtZero() {
            FamilySeries series = series();
            series.add(2, labels());
            series.add(0.5, labels());
            assertThat(series.finish()).isEqualTo(Map.of(List.of(), 2.5));
        }
    }

    @Nested
    class WithClosedLabels {
        @Test
        void seriesThatWereNotSetAreZero() {
            FamilySeries series = series(REALM, STATE);
            series.set(3, labels("category", State.OPEN));
            assertThat(finished(series))
                    .isEqualTo(Map.of(
                            "event/open", 0.0, "event/closed", 0.0, "category/open", 3.0, "category/closed", 0.0));
        }

        @Test
        void seriesComeInTheOrderOfTheDeclaration() {
            FamilySeries series = series(REALM, STATE);
            series.set(3, labels("category", "open"));
            assertThat(series.finish().keySet())
                    .containsExactly(
                            List.of("event", "open"),
                            List.of("event", "closed"),
                            List.of("category", "open"),
                            List.of("category", "closed"));
        }

        @Test
        void isAllZerosWithoutValues() {
            assertThat(finished(series(STATE))).isEqualTo(Map.of("open", 0.0, "closed", 0.0));
        }

        @Test
        void anEnumConstantStandsForItsNameNotForItsText() {
            FamilySeries series = series(STATE);
            series.set(1, labels(State.CLOSED));
            assertThat(finished(series)).isEqualTo(Map.of("open", 0.0, "closed", 1.0));
        }

        @Test
        void undeclaredValuesAddUpInUnknown() {
            FamilySeries series = series(STATE);
            series.set(1, labels(7));
            series.set(2, labels("OPEN"));
            series.set(4, labels(labels((Object) null)));
            assertThat(finished(series)).isEqualTo(Map.of("open", 0.0, "closed", 0.0, "unknown", 7.0));
        }

        @Test
        void aNullAndTheTextUnknownAddUp() {
            FamilySeries series = series(STATE);
            series.set(1, labels((Object) null));
            series.set(2, labels("unknown"));
            assertThat(finished(series)).containsEntry("unknown", 3.0);
        }

        @Test
        void unknownIsAbsentAtZero() {
            FamilySeries series = series(REALM, STATE);
            series.set(0, labels("event", "gone"));
            series.add(0, labels(null, "open"));
            assertThat(finished(series))
                    .doesNotContainKeys("event/unknown", "unknown/open")
                    .hasSize(4);
        }

        @Test
        void anUnknownThatWasDeclaredIsPublishedAtZero() {
            assertThat(finished(series(Label.closed("state", "open", "unknown"))))
                    .isEqualTo(Map.of("open", 0.0, "unknown", 0.0));
        }

        @Test
        void aSeriesSetTwiceIsRefusedAndNamed() {
            FamilySeries series = series(REALM, STATE);
            series.set(1, labels("event", State.OPEN));
            series.set(1, labels("event", State.CLOSED));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> series.set(2, labels("event", "open")))
                    .withMessage("metric 'indico_x': the series [event, open] was set twice");
        }

        @Test
        void anUnknownValueSetTwiceIsRefused() {
            FamilySeries series = series(STATE);
            series.set(1, labels(7));
            assertThatIllegalArgumentException().isThrownBy(() -> series.set(1, labels(7)));
        }

        @Test
        void aSeriesWithASumCannotBeSet() {
            FamilySeries series = series(STATE);
            series.add(1, labels("open"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> series.set(1, labels("open")))
                    .withMessage("metric 'indico_x': the series [open] was set twice");
        }

        @Test
        void sumsAreKeptApartByTheirLabels() {
            FamilySeries series = series(STATE);
            series.add(1, labels("open"));
            series.add(2, labels("closed"));
            series.add(4, labels("open"));
            assertThat(finished(series)).isEqualTo(Map.of("open", 5.0, "closed", 2.0));
        }
    }

    @Nested
    class WithCombinations {
        private final FamilySeries series = FamilySeries.given(MetricFamily.gauge("indico_logs")
                .help("Logs.")
                .labels(REALM, Label.closed("kind", "change", "delete"), STATE)
                .combination("event", "change", "open")
                .combination("event", "delete", "open")
                .combination("category", "change", "closed")
                .build());

        @Test
        void onlyTheDeclaredOnesAreFilledIn() {
            series.set(2, labels("event", "delete", "open"));
            assertThat(finished(series))
                    .isEqualTo(
                            Map.of("event/change/open", 0.0, "event/delete/open", 2.0, "category/change/closed", 0.0));
        }

        @Test
        void anUndeclaredCombinationKeepsItsDeclaredPrefix() {
            series.set(1, labels("event", "change", "closed"));
            series.set(2, labels("category", "delete", "closed"));
            series.set(4, labels("gone", "change", "open"));
            assertThat(finished(series))
                    .containsEntry("event/change/unknown", 1.0)
                    .containsEntry("category/unknown/unknown", 2.0)
                    .containsEntry("unknown/unknown/unknown", 4.0)
                    .hasSize(6);
        }

        @Test
        void undeclaredCombinationsWithOneNameAddUp() {
            series.set(1, labels("category", "delete", "closed"));
            series.set(2, labels("category", "delete", "open"));
            series.set(4, labels("category", "gone", null));
            assertThat(finished(series))
                    .containsEntry("category/unknown/unknown", 7.0)
                    .hasSize(4);
        }

        @Test
        void anUndeclaredCombinationIsAbsentAtZero() {
            series.set(0, labels("event", "change", "closed"));
            assertThat(finished(series)).hasSize(3);
        }
    }

    @Nested
    class WithOpenLabels {
        @Test
        void valuesComeFromTheDatabase() {
            FamilySeries series = series(LOCATION);
            series.set(0, labels("CERN"));
            series.set(2, labels("other"));
            series.set(3, labels(17));
            assertThat(finished(series)).isEqualTo(Map.of("CERN", 0.0, "other", 2.0, "17", 3.0));
        }

        @Test
        void isAbsentWithoutValues() {
            assertThat(series(LOCATION).finish()).isEmpty();
        }

        @Test
        void nullIsUnknown() {
            FamilySeries series = series(LOCATION);
            series.set(2, labels((Object) null));
            assertThat(finished(series)).isEqualTo(Map.of("unknown", 2.0));
        }

        @Test
        void unknownIsAbsentAtZeroAndNothingIsFilledInForIt() {
            FamilySeries alone = series(LOCATION);
            alone.set(0, labels((Object) null));
            assertThat(finished(alone)).isEmpty();

            FamilySeries series = series(LOCATION, STATE);
            series.set(3, labels(null, "open"));
            series.set(0, labels(null, "closed"));
            assertThat(finished(series)).isEqualTo(Map.of("unknown/open", 3.0));
        }

        @Test
        void aLocationNamedUnknownDoesNotCollideWithNull() {
            FamilySeries series = series(LOCATION);
            series.set(2, labels((Object) null));
            series.set(3, labels("unknown"));
            assertThat(finished(series)).isEqualTo(Map.of("unknown", 5.0));
        }

        @Test
        void aValueNamedOtherIsMergedWithTheRest() {
            FamilySeries series = series(LOCATION);
            series.set(7, labels("other"));
            IntStream.rangeClosed(1, 51).forEach(i -> series.set(i, labels("room " + i)));
            assertThat(finished(series))
                    .hasSize(51)
                    .containsEntry("room 50", 50.0)
                    .containsEntry("other", 7.0 + 51);
        }

        @Test
        void theFirstFiftyKeepTheirNamesAndTheRestAddsUpInOther() {
            FamilySeries series = series(LOCATION);
            IntStream.rangeClosed(1, 53).forEach(i -> series.set(i, labels("room " + i)));
            assertThat(series.finish().keySet().stream().map(values -> values.get(0)))
                    .startsWith("room 1", "room 2")
                    .endsWith("room 50", "other")
                    .hasSize(51);
            assertThat(finished(series)).containsEntry("room 50", 50.0).containsEntry("other", 51.0 + 52 + 53);
        }

        @Test
        void aLabelMayHaveALowerLimit() {
            FamilySeries series = series(Label.open("location", 2));
            IntStream.rangeClosed(1, 4).forEach(i -> series.set(i, labels("room " + i)));
            assertThat(finished(series)).isEqualTo(Map.of("room 1", 1.0, "room 2", 2.0, "other", 3.0 + 4));
        }

        @Test
        void aKnownValueIsKeptBeyondTheLimit() {
            FamilySeries series = series(LOCATION, STATE);
            IntStream.rangeClosed(1, 51).forEach(i -> series.set(i, labels("room " + i, "open")));
            series.set(100, labels("room 1", "closed"));
            assertThat(finished(series))
                    .containsEntry("room 1/open", 1.0)
                    .containsEntry("room 1/closed", 100.0)
                    .containsEntry("other/open", 51.0);
        }

        @Test
        void otherInTheFirstLabelMeansOtherInTheSecond() {
            FamilySeries series = series(LOCATION, Label.open("agent"));
            IntStream.rangeClosed(1, 60).forEach(i -> series.set(1, labels("room " + i, "agent")));
            assertThat(finished(series))
                    .containsEntry("room 50/agent", 1.0)
                    .containsEntry("other/other", 10.0)
                    .hasSize(51);
        }

        @Test
        void theLimitOfTheSecondLabelCountsCombinations() {
            FamilySeries series = series(LOCATION, Label.open("agent", 2));
            series.set(1, labels("here", "a"));
            series.set(2, labels("here", "b"));
            series.set(3, labels("here", "c"));
            series.set(4, labels("there", "a"));
            assertThat(finished(series))
                    .isEqualTo(Map.of("here/a", 1.0, "here/b", 2.0, "here/other", 3.0, "there/other", 4.0));
        }

        @Test
        void aSeriesInOtherSetTwiceIsRefused() {
            FamilySeries series = series(LOCATION);
            IntStream.rangeClosed(1, 51).forEach(i -> series.set(1, labels("room " + i)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> series.set(1, labels("room 51")))
                    .withMessage("metric 'indico_x': the series [room 51] was set twice");
        }
    }

    @Nested
    class WithLongValues {
        private static final String FACE = "\uD83D\uDE00";

        @Test
        void a128thCharacterIsKept() {
            assertThat(published("x".repeat(128))).isEqualTo("x".repeat(128));
        }

        @Test
        void a129thOneCutsTheValueTo128() {
            assertThat(published("x".repeat(129)))
                    .startsWith("x".repeat(119) + "~")
                    .hasSize(128);
        }

        @Test
        void surrogatePairsCountOnceAndAreNotSplit() {
            assertThat(published(FACE.repeat(128))).isEqualTo(FACE.repeat(128));
            String cut = published("x" + FACE.repeat(128));
            assertThat(cut).startsWith("x" + FACE.repeat(118) + "~");
            assertThat(cut.codePoints()).hasSize(128).noneMatch(point -> point >= 0xD800 && point <= 0xDFFF);
        }

        @Test
        void keepsLongValuesWithTheSamePrefixApart() {
            FamilySeries series = series(LOCATION);
            series.set(1, labels("x".repeat(200) + "a"));
            series.set(2, labels("x".repeat(200) + "b"));
            assertThat(series.finish().keySet()).hasSize(2);
            assertThat(series.finish().values()).containsExactly(1.0, 2.0);
        }

        @Test
        void oneIsCutTheSameEachTime() {
            assertThat(published("y".repeat(300))).isEqualTo(published("y".repeat(300)));
        }

        private static String published(String value) {
            FamilySeries series = series(LOCATION);
            series.set(1, labels(value));
            return series.finish().keySet().iterator().next().get(0);
        }
    }

    @Nested
    class WithOpenAndClosedLabels {
        @Test
        void closedValuesAreFilledInForEachOpenValue() {
            FamilySeries series = series(STATE, LOCATION, REALM);
            series.set(1, labels("open", "CERN", "event"));
            series.set(2, labels("closed", "DESY", "category"));
            assertThat(finished(series))
                    .isEqualTo(Map.of(
                            "open/CERN/event", 1.0,
                            "open/CERN/category", 0.0,
                            "closed/CERN/event", 0.0,
                            "closed/CERN/category", 0.0,
                            "open/DESY/event", 0.0,
                            "open/DESY/category", 0.0,
                            "closed/DESY/event", 0.0,
                            "closed/DESY/category", 2.0));
        }

        @Test
        void openValuesThatNeverOccurTogetherAreNotCombined() {
            FamilySeries series = series(LOCATION, Label.open("agent"), STATE);
            series.set(1, labels("CERN", "a", "open"));
            series.set(1, labels("DESY", "b", "open"));
            assertThat(finished(series))
                    .containsOnlyKeys("CERN/a/open", "CERN/a/closed", "DESY/b/open", "DESY/b/closed");
        }

        @Test
        void unknownAppearsWithTheFilledInValues() {
            FamilySeries series = series(LOCATION, STATE);
            series.set(4, labels("CERN", "gone"));
            assertThat(finished(series)).isEqualTo(Map.of("CERN/open", 0.0, "CERN/closed", 0.0, "CERN/unknown", 4.0));
        }

        @Test
        void otherIsFilledInAsWell() {
            FamilySeries series = series(LOCATION, STATE);
            IntStream.rangeClosed(1, 51).forEach(i -> series.set(1, labels("room " + i, "open")));
            assertThat(finished(series)).containsEntry("other/closed", 0.0).hasSize(102);
        }
    }

    /** A part of a family is what one query feeds. */
    @Nested
    class OfAPart {
        private static final MetricFamily FAMILY =
                MetricFamily.gauge("indico_x").help("X.").labels(REALM, STATE).build();

        private FamilySeries part(Map<Label, String> constants, boolean isZeroWhereEmpty) {
            return new FamilySeries(FAMILY, constants, isZeroWhereEmpty, Math::max);
        }

        @Test
        void isZeroOnlyForItsConstants() {
            FamilySeries part = part(Map.of(REALM, "category"), true);
            part.add(2, labels("category", "open"));
            assertThat(finished(part)).isEqualTo(Map.of("category/open", 2.0, "category/closed", 0.0));
            assertThat(finished(part(Map.of(STATE, "open", REALM, "event"), true)))
                    .isEqualTo(Map.of("event/open", 0.0));
        }

        @Test
        void isZeroForAllSeriesIfItHasNoConstants() {
            assertThat(finished(part(Map.of(), true))).hasSize(4).containsEntry("event/open", 0.0);
        }

        @Test
        void isAbsentWithoutRowsIfTheValueIsNotACountOrSum() {
            FamilySeries part = part(Map.of(REALM, "category"), false);
            assertThat(part.finish()).isEmpty();
            part.add(0, labels("category", "open"));
            assertThat(finished(part)).isEqualTo(Map.of("category/open", 0.0));
        }

        @Test
        void mergesValuesOfOneSeriesAsItsValueDoes() {
            FamilySeries part = part(Map.of(), false);
            part.add(3, labels("category", "open"));
            part.add(1, labels("category", "open"));
            part.add(1, labels("category", "gone"));
            part.add(-2, labels("category", null));
            assertThat(finished(part)).isEqualTo(Map.of("category/open", 3.0, "category/unknown", 1.0));
        }

        @Test
        void withoutLabelsIsZeroIfNoRowsAreZero() {
            MetricFamily family = MetricFamily.gauge("indico_x").help("X.").build();
            assertThat(new FamilySeries(family, Map.of(), true, Double::sum).finish())
                    .isEqualTo(Map.of(List.of(), 0.0));
            assertThat(new FamilySeries(family, Map.of(), false, Double::sum).finish())
                    .isEmpty();
        }

        @Test
        void keepsTheCombinationsThatFitItsConstants() {
            MetricFamily family = MetricFamily.gauge("indico_logs")
                    .help("Logs.")
                    .labels(REALM, STATE)
                    .combination("event", "open")
                    .combination("category", "open")
                    .combination("category", "closed")
                    .build();
            assertThat(finished(new FamilySeries(family, Map.of(REALM, "category"), true, Double::sum)))
                    .isEqualTo(Map.of("category/open", 0.0, "category/closed", 0.0));
        }

        @Test
        void fillsClosedLabelsInForAConstantOpenOne() {
            MetricFamily family = MetricFamily.gauge("indico_x")
                    .help("X.")
                    .labels(LOCATION, STATE)
                    .build();
            FamilySeries part = new FamilySeries(family, Map.of(LOCATION, "here"), true, Double::sum);
            assertThat(finished(part)).isEmpty();
            part.add(1, labels("here", "open"));
            assertThat(finished(part)).isEqualTo(Map.of("here/open", 1.0, "here/closed", 0.0));
        }
    }

    /** PostgreSQL cuts before, and gives what is beyond the bound as {@code other}. */
    @Nested
    class WithARestThatWasCutBefore {
        @Test
        void doesNotShiftTheOtherValues() {
            FamilySeries series = series(LOCATION);
            series.add(100, labels("other"));
            IntStream.rangeClosed(1, 50).forEach(i -> series.add(i, labels("room " + i)));
            assertThat(finished(series))
                    .hasSize(51)
                    .containsEntry("room 50", 50.0)
                    .containsEntry("other", 100.0);
        }

        @Test
        void valuesBeyondTheLimitAreAddedToOther() {
            FamilySeries series = series(LOCATION);
            series.add(100, labels("other"));
            IntStream.rangeClosed(1, 51).forEach(i -> series.add(i, labels("room " + i)));
            assertThat(finished(series)).hasSize(51).containsEntry("other", 151.0);
        }
    }
}
