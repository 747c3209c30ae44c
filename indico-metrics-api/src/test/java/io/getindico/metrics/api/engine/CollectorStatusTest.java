package io.getindico.metrics.api.engine;

import static io.getindico.metrics.api.Value.max;
import static io.getindico.metrics.api.engine.TestTables.Events.EVENTS;
import static io.getindico.metrics.api.engine.TestTables.Notes.NOTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.QueryState.Attempt;
import io.getindico.metrics.api.engine.QueryState.Result;
import io.getindico.metrics.api.engine.Requirements.Relation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CollectorStatusTest {
    private static final Duration TTL = Duration.ofSeconds(7);
    private static final Duration DURATION = Duration.ofMillis(35);
    private static final Freshness FRESHNESS =
            Freshness.of(new TestSettings().ttl("x", TTL).build(), Map.of());
    private static final Label STATE = Label.closed("state", "open", "closed");
    private static final Label REALM = Label.closed("realm", "event", "category", "user");
    private static final Label LOCATION = Label.open("location");

    private static final MetricFamily A = TestCollector.gauge("indico_a");
    private static final MetricFamily B = TestCollector.gauge("indico_b");
    private static final MetricFamily C = TestCollector.gauge("indico_c");

    private static final Result SUCCESS = new Result.Success(List.of(), new ReadCount(100, 2));
    private static final Result UNCOUNTED = new Result.Success(List.of(), null);
    private static final Result TIMEOUT = new Result.Failed(new Failure(FailureReason.TIMEOUT, "too slow"));
    private static final Result BUG = new Result.Failed(new Failure(FailureReason.COLLECTOR_BUG, "oops"));
    private static final Result SKIPPED =
            new Result.Skipped(TestFacts.skip(SkipReason.PRIVILEGE_MISSING, "may not read"));

    private final ManualTime time = new ManualTime();

    private static TestCollector collector(MetricFamily... families) {
        return TestCollector.named("x")
                .declaring(families)
                .asking(Stream.of(families).map(TestCollector::feeding).toArray(FamilyQuery[]::new));
    }

    private static List<RegisteredQuery> learnt(TestCollector collector) {
        return new QueryLearner(null).learn(collector.registered());
    }

    /** The status of a collector with a query for each result. A query without a result was not tried. */
    private CollectorStatus status(@Nullable Result... results) {
        return statusOf(Stream.of(results).map(this::after).toArray(QueryState[]::new));
    }

    private static CollectorStatus statusOf(QueryState... states) {
        TestCollector collector =
                collector(List.of(A, B, C).subList(0, states.length).toArray(MetricFamily[]::new));
        List<RegisteredQuery> queries = learnt(collector);
        List<CollectorStatus.Query> told = new ArrayList<>();
        for (int i = 0; i < states.length; i++) {
            told.add(new CollectorStatus.Query(queries.get(i), states[i], FRESHNESS));
        }
        return new CollectorStatus(collector.registered(), told, TTL);
    }

    private QueryState after(@Nullable Result... results) {
        QueryState state = QueryState.NEVER_RUN;
        for (Result result : results) {
            if (result != null) {
                time.advance(Duration.ofMinutes(1));
                state = state.after(new Attempt(time.now(), DURATION, result));
            }
        }
        return state;
    }

    private QueryState after(@Nullable Result result) {
        return after(new @Nullable Result[] {result});
    }

    @Nested
    class OfOneQuery {
        private CollectorStatus.Query query(@Nullable Result result) {
            return status(result).queries().get(0);
        }

        @Test
        void thatWasNotTried() {
            assertThat(query(null))
                    .returns(List.of(A), CollectorStatus.Query::families)
                    .returns(Outcome.NEVER_RUN, CollectorStatus.Query::outcome)
                    .returns(null, CollectorStatus.Query::failureReason)
                    .returns(null, CollectorStatus.Query::skipReason)
                    .returns("", CollectorStatus.Query::detail)
                    .returns(TTL, CollectorStatus.Query::ttl)
                    .returns(Duration.ZERO, CollectorStatus.Query::lastDuration)
                    .returns(new TreeMap<>(), CollectorStatus.Query::missingColumns);
        }

        @Test
        void thatSucceeded() {
            assertThat(query(SUCCESS))
                    .returns(Outcome.SUCCESS, CollectorStatus.Query::outcome)
                    .returns(DURATION, CollectorStatus.Query::lastDuration)
                    .returns(0.005, CollectorStatus.Query::coreRatio)
                    .returns("", CollectorStatus.Query::detail);
        }

        @Test
        void thatFailed() {
            assertThat(query(TIMEOUT))
                    .returns(Outcome.FAILED, CollectorStatus.Query::outcome)
                    .returns(FailureReason.TIMEOUT, CollectorStatus.Query::failureReason)
                    .returns(null, CollectorStatus.Query::skipReason)
                    .returns("too slow", CollectorStatus.Query::detail);
        }

        @Test
        void thatIsSkipped() {
            SortedMap<Relation, SortedSet<String>> lacking =
                    new TreeMap<>(Map.of(new Relation("events", "events"), new TreeSet<>(List.of("title"))));
            assertThat(query(new Result.Skipped(new Skip(SkipReason.PRIVILEGE_MISSING, "may not read", lacking))))
                    .returns(Outcome.SKIPPED, CollectorStatus.Query::outcome)
                    .returns(null, CollectorStatus.Query::failureReason)
                    .returns(SkipReason.PRIVILEGE_MISSING, CollectorStatus.Query::skipReason)
                    .returns("may not read", CollectorStatus.Query::detail)
                    .returns(
                            new TreeMap<>(Map.of("events.events", new TreeSet<>(List.of("title")))),
                            CollectorStatus.Query::missingColumns)
                    .returns(Collections.emptySortedSet(), CollectorStatus.Query::missingFunctions);
        }

        @Test
        void thatLacksAFunction() {
            Skip skip = new Skip(
                    SkipReason.PRIVILEGE_MISSING,
                    "may not call",
                    Collections.emptySortedMap(),
                    new TreeSet<>(List.of("event_emails")));
            assertThat(query(new Result.Skipped(skip)))
                    .returns(Collections.emptySortedMap(), CollectorStatus.Query::missingColumns)
                    .returns(new TreeSet<>(List.of("event_emails")), CollectorStatus.Query::missingFunctions);
        }

        @Test
        void itsColumnsAreListedByTableIncludingThoseOfItsSets() {
            IdSet noted = IdSet.of("noted", NOTES.eventId, NOTES, NOTES.id.gt(0));
            RegisteredQuery query = collector(A)
                    .asking(FamilyQuery.from(EVENTS)
                            .where(noted.contains(EVENTS.id))
                            .value(A, max(EVENTS.id)))
                    .query();
            assertThat(new CollectorStatus.Query(query, QueryState.NEVER_RUN, FRESHNESS).columns())
                    .isEqualTo(Map.of(
                            "attachments.notes", new TreeSet<>(List.of("event_id", "id")),
                            "events.events", new TreeSet<>(List.of("id"))));
        }
    }

    @Test
    void aCollectorReturnsWhatItDeclares() {
        RegisteredCollector collector = collector(A, B).of(RefreshClass.HEAVY).registered(family -> family.equals(B));
        assertThat(new CollectorStatus(collector, List.of(), TTL))
                .returns("x", CollectorStatus::name)
                .returns(RefreshClass.HEAVY, CollectorStatus::refreshClass)
                .returns(List.of(B), CollectorStatus::families)
                .returns(List.of(), CollectorStatus::queries);
    }

    @Nested
    class Outcomes {
        @Test
        void beforeTheFirstAttempt() {
            for (CollectorStatus status : List.of(statusOf(), status(null, null))) {
                assertThat(status)
                        .returns(Outcome.NEVER_RUN, CollectorStatus::outcome)
                        .returns(null, CollectorStatus::isSuccessful)
                        .returns(new TreeSet<>(), CollectorStatus::failureReasons)
                        .returns(new TreeSet<>(), CollectorStatus::skipReasons)
                        .returns(TTL, CollectorStatus::ttl)
                        .returns(null, CollectorStatus::lastSuccess)
                        .returns(null, CollectorStatus::lastAttempt)
                        .returns(Duration.ZERO, CollectorStatus::lastDuration)
                        .returns(null, CollectorStatus::rowsRead)
                        .returns(null, CollectorStatus::buffersRead)
                        .returns(0L, CollectorStatus::failures);
            }
        }

        @Test
        void areThoseOfTheCollectorIfAllQueriesAgree() {
            assertThat(status(SUCCESS, SUCCESS))
                    .returns(Outcome.SUCCESS, CollectorStatus::outcome)
                    .returns(true, CollectorStatus::isSuccessful);
            assertThat(status(TIMEOUT, BUG))
                    .returns(Outcome.FAILED, CollectorStatus::outcome)
                    .returns(false, CollectorStatus::isSuccessful);
            assertThat(status(SKIPPED, SKIPPED))
                    .returns(Outcome.SKIPPED, CollectorStatus::outcome)
                    .returns(null, CollectorStatus::isSuccessful);
        }

        @Test
        void arePartialIfTheQueriesDiffer() {
            assertThat(status(SUCCESS, TIMEOUT))
                    .returns(Outcome.PARTIAL, CollectorStatus::outcome)
                    .returns(false, CollectorStatus::isSuccessful);
            assertThat(status(SKIPPED, TIMEOUT))
                    .returns(Outcome.PARTIAL, CollectorStatus::outcome)
                    .returns(false, CollectorStatus::isSuccessful);
        }

        @Test
        void stayASuccessWhenAPartIsSkipped() {
            assertThat(status(SUCCESS, SKIPPED))
                    .returns(Outcome.PARTIAL, CollectorStatus::outcome)
                    .returns(true, CollectorStatus::isSuccessful)
                    .returns(new TreeSet<>(List.of(SkipReason.PRIVILEGE_MISSING)), CollectorStatus::skipReasons);
        }

        @Test
        void ignoreQueriesThatWereNotTried() {
            assertThat(status(SUCCESS, null))
                    .returns(Outcome.SUCCESS, CollectorStatus::outcome)
                    .returns(true, CollectorStatus::isSuccessful);
        }

        @Test
        void reportEachReasonOnce() {
            assertThat(status(BUG, TIMEOUT, BUG).failureReasons())
                    .containsExactly(FailureReason.TIMEOUT, FailureReason.COLLECTOR_BUG);
            assertThat(status(SKIPPED, SUCCESS, SKIPPED).skipReasons()).containsExactly(SkipReason.PRIVILEGE_MISSING);
        }
    }

    @Nested
    class Times {
        @Test
        void itsLastSuccessIsThatOfItsOldestValues() {
            QueryState older = after(SUCCESS, TIMEOUT);
            QueryState newer = after(SUCCESS);
            assertThat(statusOf(newer, older).lastSuccess()).isEqualTo(instant(older));
        }

        private static Instant instant(QueryState state) {
            return Objects.requireNonNull(state.lastSuccess()).instant();
        }

        @Test
        void itHasNoneWhileAQueryThatRunsHasNoValues() {
            assertThat(status(SUCCESS, TIMEOUT).lastSuccess()).isNull();
            assertThat(status(SUCCESS, null).lastSuccess()).isNull();
        }

        @Test
        void aSkippedQueryDoesNotCountForIt() {
            QueryState read = after(SUCCESS);
            assertThat(statusOf(read, after(SKIPPED)).lastSuccess()).isEqualTo(instant(read));
            assertThat(statusOf(after(SKIPPED)).lastSuccess()).isNull();
        }

        @Test
        void itsLastAttemptIsThatOfAnyQuery() {
            assertThat(status(SUCCESS, TIMEOUT, SKIPPED).lastAttempt())
                    .isEqualTo(time.now().instant());
            assertThat(status(SKIPPED, null).lastAttempt()).isEqualTo(time.now().instant());
        }

        @Test
        void itsDurationIsTheSumOfThoseThatRun() {
            assertThat(status(SUCCESS, TIMEOUT, SKIPPED).lastDuration()).isEqualTo(DURATION.multipliedBy(2));
        }

        @Test
        void itsTtlIsTheLongestOfItsQueries() {
            TestCollector heavy = collector(A, B).of(RefreshClass.HEAVY);
            List<RegisteredQuery> queries = learnt(heavy);
            QueryState slow = QueryState.NEVER_RUN.after(new Attempt(time.now(), Duration.ofMinutes(1), SUCCESS));
            Freshness freshness = Freshness.of(new TestSettings().build(), Map.of(queries.get(0), slow));
            CollectorStatus status = new CollectorStatus(
                    heavy.registered(),
                    List.of(
                            new CollectorStatus.Query(queries.get(0), slow, freshness),
                            new CollectorStatus.Query(queries.get(1), after(SUCCESS), freshness)),
                    TTL);
            assertThat(status.ttl()).isEqualTo(Duration.ofMinutes(125));
        }
    }

    @Nested
    class Sums {
        @Test
        void addWhatPostgresqlReadForTheLastValues() {
            assertThat(status(SUCCESS, SUCCESS))
                    .returns(200L, CollectorStatus::rowsRead)
                    .returns(4L, CollectorStatus::buffersRead);
            assertThat(statusOf(after(SUCCESS, TIMEOUT)))
                    .returns(100L, CollectorStatus::rowsRead)
                    .returns(2L, CollectorStatus::buffersRead);
        }

        @Test
        void areAbsentIfTheServerDoesNotCount() {
            assertThat(status(UNCOUNTED, UNCOUNTED))
                    .returns(null, CollectorStatus::rowsRead)
                    .returns(null, CollectorStatus::buffersRead);
        }

        @Test
        void addTheSharesOfACore() {
            assertThat(status(SUCCESS, SUCCESS, SKIPPED).coreRatio()).isEqualTo(0.01);
        }

        @Test
        void addTheFailuresOfAllQueriesAndReasons() {
            assertThat(statusOf(after(TIMEOUT, BUG, SUCCESS), after(TIMEOUT), after(SKIPPED))
                            .failures())
                    .isEqualTo(3);
        }
    }

    static Stream<Arguments> families() {
        return Stream.of(
                Arguments.of(1, MetricFamily.gauge("indico_x")),
                Arguments.of(3, MetricFamily.gauge("indico_x").labels(STATE)),
                Arguments.of(3 * 4, MetricFamily.gauge("indico_x").labels(STATE, REALM)),
                Arguments.of(51, MetricFamily.gauge("indico_x").labels(LOCATION)),
                Arguments.of(51 * 3, MetricFamily.gauge("indico_x").labels(LOCATION, STATE)),
                Arguments.of(1 + 7 + 50, MetricFamily.gauge("indico_x").labels(Label.open("provider", 7), LOCATION)),
                Arguments.of(
                        3 * (1 + 7 + 50),
                        MetricFamily.gauge("indico_x").labels(Label.open("provider", 7), STATE, LOCATION)),
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
        assertThat(new CollectorStatus(collector.registered(), List.of(), TTL).maxSeries())
                .isEqualTo(max);
    }

    @ParameterizedTest
    @MethodSource("families")
    void aFamilyNeverHasMoreSeriesThanItsLabelsAllow(int max, MetricFamily.Builder builder) {
        MetricFamily family = builder.help("X.").build();
        FamilySeries series = FamilySeries.given(family);
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
        assertThat(new CollectorStatus(collector.registered(), List.of(), TTL).maxSeries())
                .isEqualTo(1 + 3);
    }
}
