package io.getindico.metrics.api.engine;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.max;
import static io.getindico.metrics.api.engine.TestTables.Events.EVENTS;
import static io.getindico.metrics.api.engine.TestTables.Notes.NOTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.api.engine.RegisteredQuery.Part;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class QueryLearnerTest {
    private static final Label KIND = Label.closed("kind", "event", "note");
    private static final MetricFamily ALL = TestCollector.gauge("indico_all");
    private static final MetricFamily LIVE = TestCollector.gauge("indico_live");
    private static final MetricFamily NEWEST = TestCollector.gauge("indico_newest");
    private static final MetricFamily BY_KIND =
            MetricFamily.gauge("indico_by_kind").help("X.").labels(KIND).build();

    private final QueryLearner learner = new QueryLearner(null);
    private final TestCollector collector = TestCollector.named("x").declaring(ALL, LIVE, NEWEST, BY_KIND);

    private List<RegisteredQuery> learn(FamilyQuery... queries) {
        return learner.learn(collector.asking(queries).registered());
    }

    private static List<String> tables(RegisteredQuery query) {
        return query.requirements().columns().keySet().stream()
                .map(Requirements.Relation::toString)
                .toList();
    }

    private static IdSet set(String name, boolean deleted) {
        return IdSet.of(name, EVENTS.id, EVENTS, EVENTS.deleted.eq(deleted));
    }

    private static FamilyQuery notesIn(IdSet set, MetricFamily family) {
        return FamilyQuery.from(NOTES).where(set.contains(NOTES.eventId)).value(family, countRows());
    }

    @Nested
    class OfEachQuery {
        @Test
        void itLearnsWhatItFeedsAndReads() {
            Value newest = max(EVENTS.id);
            List<RegisteredQuery> learnt = learn(
                    FamilyQuery.from(EVENTS)
                            .constant(KIND, "event")
                            .value(BY_KIND, countRows())
                            .value(NEWEST, newest),
                    notesIn(set("live_events", false), ALL).since("3.3.6"));
            assertThat(learnt).extracting(RegisteredQuery::toString).containsExactly("x[0]", "x[1]");
            assertThat(learnt).allMatch(query -> !query.isCollect() && query.flaw() == null);
            RegisteredQuery first = learnt.get(0);
            assertThat(first.families()).containsExactly(BY_KIND, NEWEST);
            assertThat(first.part(BY_KIND).constants()).isEqualTo(Map.of(KIND, "event"));
            assertThat(first.part(NEWEST)).isEqualTo(new Part(Map.of(), newest));
            assertThat(tables(first)).containsExactly("events.events");
            assertThat(first.sets()).isEmpty();
            assertThat(first.since()).isNull();
            RegisteredQuery second = learnt.get(1);
            assertThat(second.families()).containsExactly(ALL);
            assertThat(tables(second)).containsExactly("attachments.notes", "events.events");
            assertThat(second.sets()).containsExactly("live_events");
            assertThat(second.since()).isEqualTo("3.3.6");
        }

        @Test
        void itIgnoresFamiliesThatAreOff() {
            FamilyQuery query = FamilyQuery.from(EVENTS)
                    .value(ALL, countRows())
                    .value(LIVE, countRows().where(set("noted", true).contains(EVENTS.id)))
                    .value(NEWEST, max(EVENTS.id));
            RegisteredCollector registered = collector
                    .asking(query)
                    .registered(family -> !List.of(LIVE, NEWEST).contains(family));
            assertThat(learner.learn(registered)).singleElement().satisfies(learnt -> {
                assertThat(learnt.families()).containsExactly(ALL);
                assertThat(learnt.requirements().columns().values())
                        .singleElement()
                        .satisfies(columns -> assertThat(columns).isEmpty());
                assertThat(learnt.sets()).isEmpty();
            });
        }

        @Test
        void itKeepsTheNumbersOfTheQueriesThatRemain() {
            RegisteredCollector registered = collector
                    .asking(TestCollector.feeding(ALL), TestCollector.feeding(LIVE), TestCollector.feeding(NEWEST))
                    .registered(family -> !family.equals(LIVE));
            assertThat(learner.learn(registered))
                    .extracting(RegisteredQuery::toString)
                    .containsExactly("x[0]", "x[2]");
        }

        @Test
        void itLearnsNothingIfAllFamiliesAreOff() {
            assertThat(learner.learn(
                            collector.asking(TestCollector.feeding(ALL)).registered(family -> false)))
                    .isEmpty();
            assertThat(learner.learn(collector.doing((context, samples) -> {}).registered(family -> false)))
                    .isEmpty();
        }

        @Test
        void theZoneIsThatOfTheHostOrOfTheRootCategory() {
            RegisteredCollector registered = collector
                    .asking(context -> List.of(FamilyQuery.withoutFrom()
                            .value(ALL, countRows().where(context.zone().eq("UTC")))))
                    .registered();
            assertThat(tables(new QueryLearner(null).learn(registered).get(0)))
                    .containsExactly("categories.categories");
            assertThat(tables(
                            new QueryLearner(ZoneId.of("UTC")).learn(registered).get(0)))
                    .isEmpty();
        }
    }

    @Test
    void callsQueriesOnceAtTheEpochWithTheCollectorsSettings() {
        CollectorSetting<Duration> age = CollectorSetting.duration("age", Duration.ofDays(2));
        List<Object> seen = new ArrayList<>();
        learner.learn(collector
                .with(age)
                .asking((CollectionContext context) -> {
                    seen.add(context.now());
                    seen.add(context.setting(age));
                    return List.of(TestCollector.feeding(ALL));
                })
                .registered());
        assertThat(seen).containsExactly(Instant.EPOCH, Duration.ofDays(2));
    }

    @Test
    void representsACollectorWithoutQueriesByOneQuery() {
        List<RegisteredQuery> learnt = learner.learn(collector
                .doing((context, samples) -> {
                    throw new IllegalStateException("not to be run");
                })
                .registered(family -> !family.equals(LIVE)));
        assertThat(learnt).singleElement().satisfies(query -> {
            assertThat(query.isCollect()).isTrue();
            assertThat(query.families()).containsExactly(ALL, NEWEST, BY_KIND);
            assertThat(query.requirements()).isEqualTo(Requirements.NONE);
            assertThat(query.flaw()).isNull();
        });
    }

    @Nested
    class ACollectorFails {
        private void assertFlawed(List<RegisteredQuery> learnt, String detail) {
            assertThat(learnt).singleElement().satisfies(query -> {
                assertThat(query.flaw()).isEqualTo(new Failure(FailureReason.COLLECTOR_BUG, detail));
                assertThat(query.isCollect()).isFalse();
                assertThat(query.families()).containsExactlyElementsOf(collector.families());
                assertThat(query.requirements()).isEqualTo(Requirements.NONE);
            });
        }

        @Test
        void ifItFeedsAFamilyThatItDoesNotDeclare() {
            assertFlawed(
                    learn(TestCollector.feeding(ALL), TestCollector.feeding(TestCollector.gauge("indico_live"))),
                    "java.lang.IllegalArgumentException: metric 'indico_live' has a value in a query"
                            + " but is not among the families() of collector 'x'");
        }

        @Test
        void ifAQueryHasNoValue() {
            assertFlawed(
                    learn(TestCollector.feeding(ALL), FamilyQuery.from(EVENTS)),
                    "java.lang.IllegalArgumentException: a query of collector 'x' has no value");
        }

        @Test
        void ifItsQueriesThrowAnything() {
            for (Throwable thrown : List.of(
                    new IllegalStateException("no"),
                    new NoSuchMethodError("no"),
                    new AssertionError("no"),
                    new Exception("no"))) {
                List<RegisteredQuery> learnt = learner.learn(collector
                        .asking(context -> {
                            sneak(thrown);
                            return List.of();
                        })
                        .registered());
                assertFlawed(learnt, thrown.getClass().getName() + ": no");
            }
        }

        // Throws a checked exception that nobody declares, as Kotlin and Groovy can.
        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneak(Throwable thrown) throws T {
            throw (T) thrown;
        }
    }

    @Nested
    class SetsOfOneName {
        private final Failure clash =
                new Failure(FailureReason.COLLECTOR_BUG, "two different sets are named 'events'; rename one of them");

        @Test
        void areSharedIfTheyAreTheSame() {
            List<RegisteredQuery> learnt =
                    learn(notesIn(set("events", false), ALL), notesIn(set("events", false), LIVE));
            assertThat(learnt).extracting(RegisteredQuery::flaw).containsOnlyNulls();
            assertThat(learnt.get(0).belongsTogetherWith(learnt.get(1))).isTrue();
        }

        @Test
        void failTheSecondQueryIfTheyDiffer() {
            assertThat(learn(
                            notesIn(set("events", false), ALL),
                            notesIn(set("events", true), LIVE),
                            notesIn(set("events", false), NEWEST)))
                    .extracting(RegisteredQuery::flaw)
                    .containsExactly(null, clash, null);
        }

        @Test
        void failTheQueryThatAsksBoth() {
            FamilyQuery both = FamilyQuery.from(NOTES)
                    .where(set("events", false).contains(NOTES.eventId))
                    .value(ALL, countRows())
                    .value(LIVE, countRows().where(set("events", true).contains(NOTES.eventId)));
            assertThat(learn(both, TestCollector.feeding(NEWEST)))
                    .extracting(RegisteredQuery::flaw)
                    .containsExactly(clash, null);
        }

        @Test
        void failTheQueryOfAnotherCollector() {
            learn(notesIn(set("events", false), ALL));
            MetricFamily other = TestCollector.gauge("indico_other");
            assertThat(learner.learn(TestCollector.named("y")
                            .declaring(other)
                            .asking(notesIn(set("events", true), other))
                            .registered()))
                    .extracting(RegisteredQuery::flaw)
                    .containsExactly(clash);
        }
    }

    @Nested
    class FunctionsOfOneName {
        private static DerivedRows titles(Condition which) {
            return DerivedRows.of("titles", select(EVENTS.id).from(EVENTS).where(which));
        }

        private static FamilyQuery of(DerivedRows rows, MetricFamily family) {
            return FamilyQuery.from(rows.table()).value(family, countRows());
        }

        @Test
        void areSharedIfTheyAreTheSame() {
            DerivedRows rows = titles(EVENTS.title.eq("x"));
            assertThat(learn(of(rows, ALL), of(titles(EVENTS.title.eq("x")), LIVE)))
                    .extracting(RegisteredQuery::flaw)
                    .containsOnlyNulls();
        }

        @Test
        void failTheSecondQueryIfTheyDiffer() {
            assertThat(learn(of(titles(EVENTS.title.eq("x")), ALL), of(titles(EVENTS.title.eq("y")), LIVE)))
                    .extracting(RegisteredQuery::flaw)
                    .containsExactly(
                            null,
                            new Failure(
                                    FailureReason.COLLECTOR_BUG,
                                    "two different functions are named 'titles'; rename one of them"));
        }

        @Test
        void failTheQueryIfTheyUseASet() {
            assertThat(learn(of(titles(set("events", false).contains(EVENTS.id)), ALL)))
                    .extracting(RegisteredQuery::flaw)
                    .containsExactly(new Failure(
                            FailureReason.COLLECTOR_BUG,
                            "java.lang.IllegalArgumentException: the derived rows 'titles' use a set, the zone"
                                    + " or other derived rows, which a function cannot get"));
        }
    }
}
