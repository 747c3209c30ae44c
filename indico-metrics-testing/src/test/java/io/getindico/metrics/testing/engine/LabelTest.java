package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.Value.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.row;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jooq.RowN;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The series of families with closed labels, open labels or both, from queries and from samples. */
class LabelTest extends EngineTest {
    enum Way {
        QUERY,
        SET,
        ADD
    }

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

    /** A value and its labels. */
    private record Given(int value, List<@Nullable Object> labels) {}

    private static Given of(int value, @Nullable Object... labels) {
        return new Given(value, Arrays.asList(labels));
    }

    private Exposition scrape(Way way, MetricFamily family, Given... given) {
        TestCollector collector =
                way == Way.QUERY ? queried(family, List.of(given)) : collected(way, family, List.of(given));
        Exposition all = scrape(open(collector));
        assertThat(all.success("labels")).as("%s", all).isEqualTo(1);
        return all;
    }

    private static TestCollector collected(Way way, MetricFamily family, List<Given> given) {
        return TestCollector.collecting(
                "labels",
                family,
                (context, samples) -> given.forEach(one -> {
                    Object[] labels = one.labels().toArray();
                    if (way == Way.SET) {
                        samples.set(family, one.value(), labels);
                    } else {
                        samples.add(family, one.value(), labels);
                    }
                }));
    }

    /** Rows in the order given, of which a first one is left out: there must be one. */
    private static TestCollector queried(MetricFamily family, List<Given> given) {
        List<RowN> rows = new ArrayList<>();
        rows.add(rowOf(0, 0, family.labels().stream().map(label -> null).toList()));
        given.forEach(one -> rows.add(rowOf(rows.size(), one.value(), one.labels())));
        List<String> names = new ArrayList<>(List.of("id", "value"));
        family.labels().forEach(label -> names.add(label.name()));
        Table<?> table = DSL.values(rows.toArray(RowN[]::new)).as("given", names.toArray(String[]::new));
        Field<Integer> id = field(name("id"), SQLDataType.INTEGER);
        return TestCollector.of("labels", family, context -> {
            FamilyQuery query = FamilyQuery.from(table).where(id.gt(inline(0)));
            for (Label label : family.labels()) {
                Field<String> field = field(name(label.name()), SQLDataType.VARCHAR);
                var unused = label.isClosed() ? query.by(label, field) : query.by(label, field, id);
            }
            return List.of(query.value(family, sum(field(name("value"), SQLDataType.INTEGER))));
        });
    }

    private static RowN rowOf(int id, int value, List<@Nullable Object> labels) {
        Stream<Field<?>> texts = labels.stream().map(label -> inline(text(label), SQLDataType.VARCHAR));
        return row(Stream.concat(Stream.<Field<?>>of(inline(id), inline(value)), texts)
                .toList());
    }

    private static @Nullable String text(@Nullable Object label) {
        return label instanceof State state
                ? state.name().toLowerCase(Locale.ROOT)
                : label == null ? null : label.toString();
    }

    private static void assertSamples(Exposition scrape, MetricFamily family, String expected) {
        assertThat(scrape.text().lines().filter(line -> line.startsWith(family.name())))
                .containsExactlyInAnyOrderElementsOf(expected.lines().toList());
    }

    @ParameterizedTest
    @EnumSource
    void closedLabelsAreFilledInWithZeros(Way way) {
        assertSamples(scrape(way, STATES, of(3, State.ACCEPTED)), STATES, """
                test_states{state="pending"} 0.0
                test_states{state="accepted"} 3.0
                """);
    }

    @ParameterizedTest
    @EnumSource
    void isAllZerosWithoutValues(Way way) {
        assertSamples(scrape(way, STATES), STATES, """
                test_states{state="pending"} 0.0
                test_states{state="accepted"} 0.0
                """);
    }

    @ParameterizedTest
    @EnumSource
    void anUndeclaredValueIsUnknownAndOnlyShownAboveZero(Way way) {
        Exposition scrape = scrape(way, STATES, of(1, "withdrawn"), of(2, "frozen"), of(4, (Object) null));
        assertSamples(scrape, STATES, """
                test_states{state="pending"} 0.0
                test_states{state="accepted"} 0.0
                test_states{state="unknown"} 7.0
                """);
        assertThat(scrape(way, STATES, of(0, "withdrawn")).family("test_states"))
                .hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void keepsOpenLabelsInTheOrderOfTheirRowsAndDropsEmptyOnes(Way way) {
        assertSamples(scrape(way, PLACES, of(1, "Geneva"), of(0, ""), of(5, "Meyrin")), PLACES, """
                test_places{place="Geneva"} 1.0
                test_places 0.0
                test_places{place="Meyrin"} 5.0
                """);
        assertThat(scrape(way, PLACES).text()).doesNotContain("test_places");
    }

    @ParameterizedTest
    @EnumSource(names = {"QUERY", "ADD"})
    void valuesOfOneSeriesAddUp(Way way) {
        assertSamples(scrape(way, PLACES, of(2, "Meyrin"), of(1, "Geneva"), of(3, "Meyrin")), PLACES, """
                test_places{place="Geneva"} 1.0
                test_places{place="Meyrin"} 5.0
                """);
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheFirstFiftyValuesOfAnOpenLabel(Way way) {
        Exposition scrape = scrape(
                way,
                PLACES,
                IntStream.rangeClosed(1, 60).mapToObj(i -> of(i, "place " + i)).toArray(Given[]::new));
        assertThat(scrape.family("test_places")).hasSize(51);
        assertThat(scrape.value("test_places{place=\"place 50\"}")).isEqualTo(50);
        assertThat(scrape.value("test_places{place=\"other\"}"))
                .isEqualTo(51 + 52 + 53 + 54 + 55 + 56 + 57 + 58 + 59 + 60);
    }

    @ParameterizedTest
    @EnumSource
    void longValuesAreCutAndKeptApart(Way way) {
        String common = "\uD83D\uDE00".repeat(200);
        Exposition scrape = scrape(way, PLACES, of(1, common + "a"), of(2, common + "b"));
        assertThat(scrape.family("test_places").values()).containsExactlyInAnyOrder(1.0, 2.0);
        assertThat(scrape.family("test_places").keySet()).allSatisfy(key -> {
            String value = key.substring(key.indexOf('"') + 1, key.lastIndexOf('"'));
            assertThat(value.codePointCount(0, value.length())).isEqualTo(128);
            assertThat(value).startsWith("\uD83D\uDE00");
        });
    }

    @ParameterizedTest
    @EnumSource
    void fillsInTheClosedValuesForEachOpenValue(Way way) {
        assertSamples(scrape(way, BOTH, of(1, "Geneva", "b")), BOTH, """
                test_both{kind="a",place="Geneva"} 0.0
                test_both{kind="b",place="Geneva"} 1.0
                """);
    }

    @ParameterizedTest
    @EnumSource
    void fillsInTheDeclaredCombinations(Way way) {
        Exposition scrape =
                scrape(way, COMBINED, of(1, "event", "move"), of(2, "category", "move"), of(4, "planet", "move"));
        assertSamples(scrape, COMBINED, """
                test_combined{kind="change",realm="event"} 0.0
                test_combined{kind="move",realm="event"} 1.0
                test_combined{kind="change",realm="category"} 0.0
                test_combined{kind="unknown",realm="category"} 2.0
                test_combined{kind="unknown",realm="unknown"} 4.0
                """);
    }
}
