package io.getindico.metrics.api.engine;

import static io.getindico.metrics.api.engine.TestTables.Events.EVENTS;
import static io.getindico.metrics.api.engine.TestTables.Notes.NOTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorState.Attempt;
import io.getindico.metrics.api.engine.CollectorState.Failure;
import io.getindico.metrics.api.engine.CollectorState.Result;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CollectorStatusTest {
    private static final Duration TTL = Duration.ofSeconds(7);
    private static final Duration DURATION = Duration.ofMillis(35);
    private static final Freshness FRESHNESS =
            new Freshness(new TestSettings().ttl("x", TTL).build());
    private static final Label STATE = Label.closed("state", "open", "closed");
    private static final Label REALM = Label.closed("realm", "event", "category", "user");
    private static final Label LOCATION = Label.open("location");

    private static CollectorStatus status(Result result) {
        Attempt attempt = new Attempt(new ManualTime().now(), DURATION, result);
        return CollectorStatus.of(
                TestCollector.named("x").registered(), CollectorState.NEVER_RUN.after(attempt), FRESHNESS);
    }

    @Test
    void ofACollectorNotTried() {
        RegisteredCollector collector =
                TestCollector.named("x").of(RefreshClass.HEAVY).registered();
        assertThat(CollectorStatus.of(collector, CollectorState.NEVER_RUN, FRESHNESS))
                .isEqualTo(new CollectorStatus(
                        "x",
                        RefreshClass.HEAVY,
                        TTL,
                        collector.families(),
                        new TreeMap<>(),
                        Outcome.NEVER_RUN,
                        null,
                        null,
                        "",
                        Duration.ZERO,
                        null,
                        0));
    }

    @Test
    void ofASuccess() {
        ReadCount read = new ReadCount(100, 2);
        assertThat(status(new Result.Success(List.of(), read)))
                .returns(TTL, CollectorStatus::ttl)
                .returns(read, CollectorStatus::lastRead)
                .returns(0.005, CollectorStatus::coreRatio)
                .returns(Outcome.SUCCESS, CollectorStatus::outcome)
                .returns(DURATION, CollectorStatus::lastDuration)
                .returns("", CollectorStatus::detail);
    }

    @Test
    void ofAFailure() {
        assertThat(status(new Result.Failed(new Failure(FailureReason.TIMEOUT, "too slow"))))
                .returns(Outcome.FAILED, CollectorStatus::outcome)
                .returns(FailureReason.TIMEOUT, CollectorStatus::failureReason)
                .returns(null, CollectorStatus::skipReason)
                .returns("too slow", CollectorStatus::detail);
    }

    @Test
    void ofASkip() {
        assertThat(status(new Result.Skipped(new Skip(SkipReason.PRIVILEGE_MISSING, "may not read"))))
                .returns(Outcome.SKIPPED, CollectorStatus::outcome)
                .returns(null, CollectorStatus::failureReason)
                .returns(SkipReason.PRIVILEGE_MISSING, CollectorStatus::skipReason)
                .returns("may not read", CollectorStatus::detail);
    }

    @Test
    void theColumnsReadAreToldByTable() {
        RegisteredCollector collector = TestCollector.named("x")
                .sending(2)
                .doing((context, samples) -> {
                    context.dsl().select(EVENTS.title, EVENTS.id).from(EVENTS).fetch();
                    context.dsl().select(NOTES.id).from(NOTES).fetch();
                })
                .registered();
        assertThat(CollectorStatus.of(collector, CollectorState.NEVER_RUN, FRESHNESS)
                        .columns())
                .isEqualTo(Map.of(
                        "attachments.notes", new TreeSet<>(List.of("id")),
                        "events.events", new TreeSet<>(List.of("id", "title"))));
    }

    static Stream<Arguments> families() {
        return Stream.of(
                Arguments.of(1, MetricFamily.gauge("indico_x")),
                Arguments.of(3, MetricFamily.gauge("indico_x").labels(STATE)),
                Arguments.of(3 * 4, MetricFamily.gauge("indico_x").labels(STATE, REALM)),
                Arguments.of(51, MetricFamily.gauge("indico_x").labels(LOCATION)),
                Arguments.of(51 * 3, MetricFamily.gauge("indico_x").labels(LOCATION, STATE)),
                // The two, event/unknown and unknown/unknown.
                Arguments.of(
                        4,
                        MetricFamily.gauge("indico_x")
                                .labels(REALM, STATE)
                                .combination("event", "open")
                                .combination("event", "closed")),
                // The two, one of each begun with a declared value, and unknown/unknown.
                Arguments.of(
                        5,
                        MetricFamily.gauge("indico_x")
                                .labels(REALM, STATE)
                                .combination("event", "open")
                                .combination("user", "closed")));
    }

    @ParameterizedTest
    @MethodSource("families")
    void aFamilyHasAtMostAsManySeriesAsItsLabelsAllow(int max, MetricFamily.Builder family) {
        TestCollector collector =
                TestCollector.named("x").declaring(family.help("X.").build());
        assertThat(CollectorStatus.of(collector.registered(), CollectorState.NEVER_RUN, FRESHNESS)
                        .maxSeries())
                .isEqualTo(max);
    }

    @ParameterizedTest
    @MethodSource("families")
    void andNeverMoreWhateverACollectorGives(int max, MetricFamily.Builder builder) {
        MetricFamily family = builder.help("X.").build();
        FamilySeries series = new FamilySeries(family);
        given(family.labels()).forEach(values -> series.add(1, values.toArray()));
        assertThat(series.finish()).hasSize(max);
    }

    /** Every declared value and more than are allowed, in all combinations. */
    private static List<List<String>> given(List<Label> labels) {
        List<List<String>> all = List.of(List.of());
        for (Label label : labels) {
            List<String> values = Stream.concat(
                            label.values().stream(),
                            IntStream.range(0, label.isClosed() ? 2 : 60).mapToObj(i -> "value " + i))
                    .toList();
            all = all.stream()
                    .flatMap(begun -> values.stream()
                            .map(value -> Stream.concat(begun.stream(), Stream.of(value))
                                    .toList()))
                    .toList();
        }
        return all;
    }

    @Test
    void aCollectorHasTheSeriesOfAllItsFamilies() {
        TestCollector collector = TestCollector.named("x")
                .declaring(
                        TestCollector.gauge("indico_a"),
                        MetricFamily.gauge("indico_b").help("B.").labels(STATE).build());
        assertThat(CollectorStatus.of(collector.registered(), CollectorState.NEVER_RUN, FRESHNESS)
                        .maxSeries())
                .isEqualTo(1 + 3);
    }
}
