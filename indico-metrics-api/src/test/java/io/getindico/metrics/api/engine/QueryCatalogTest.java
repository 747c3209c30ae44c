package io.getindico.metrics.api.engine;

import static io.getindico.metrics.api.Value.countDistinct;
import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.max;
import static io.getindico.metrics.api.Value.min;
import static io.getindico.metrics.api.Value.one;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.api.engine.TestTables.Events.EVENTS;
import static io.getindico.metrics.api.engine.TestTables.Notes.NOTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Value;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class QueryCatalogTest {
    private static final Label KIND = Label.closed("kind", "event", "note");
    private static final Label SITE = Label.open("site");
    private static final MetricFamily FAMILY = TestCollector.gauge("indico_x");
    private static final MetricFamily BY_KIND =
            MetricFamily.gauge("indico_by_kind").help("X.").labels(KIND).build();
    private static final MetricFamily BY_SITE =
            MetricFamily.gauge("indico_by_site").help("X.").labels(SITE).build();
    private static final MetricFamily BY_KIND_AND_SITE = MetricFamily.gauge("indico_by_kind_and_site")
            .help("X.")
            .labels(KIND, SITE)
            .build();
    private static final MetricFamily OTHER = TestCollector.gauge("indico_other");

    private static QueryCatalog catalog(TestCollector... collectors) {
        return new QueryCatalog(
                CollectorCatalog.of(
                        Stream.of(collectors).map(TestCollector::registered).toList(), List.of()),
                null);
    }

    private static QueryCatalog learnt(TestCollector... collectors) {
        QueryCatalog catalog = catalog(collectors);
        catalog.learn();
        return catalog;
    }

    /** A catalog of one collector with these queries. */
    private static QueryCatalog learnt(FamilyQuery... queries) {
        MetricFamily[] families = Stream.of(queries)
                .flatMap(query -> query.families().stream())
                .distinct()
                .toArray(MetricFamily[]::new);
        return learnt(TestCollector.named("x").declaring(families).asking(queries));
    }

    private static FamilyQuery feeding(MetricFamily family, Value value) {
        return FamilyQuery.from(EVENTS).value(family, value);
    }

    private static FamilyQuery bySite() {
        return FamilyQuery.from(EVENTS).by(SITE, EVENTS.title, EVENTS.id);
    }

    @Nested
    class Learning {
        private final AtomicInteger asked = new AtomicInteger();
        private final QueryCatalog catalog = catalog(TestCollector.named("x").asking(context -> {
            asked.incrementAndGet();
            return List.of(feeding(TestCollector.gauge("indico_other"), countRows()));
        }));

        @Test
        void doesNotBeginBeforeItIsRequested() {
            assertThat(catalog.isLearnt()).isFalse();
            assertThat(catalog.all()).isEmpty();
            assertThat(asked).hasValue(0);
        }

        @Test
        void isDoneOnce() {
            catalog.learn();
            catalog.learn();
            assertThat(catalog.isLearnt()).isTrue();
            assertThat(catalog.all()).hasSize(1);
            assertThat(asked).hasValue(1);
        }

        @Test
        void isDoneOnceInTheBackgroundForAllCallers() {
            try (Threads threads = new Threads()) {
                var first = catalog.learn(threads);
                var second = catalog.learn(threads);
                assertThat(second).succeedsWithin(20, TimeUnit.SECONDS);
                assertThat(first).isSameAs(second);
            }
            assertThat(catalog.isLearnt()).isTrue();
            assertThat(asked).hasValue(1);
        }

        @Test
        void isTriedAgainIfNoThreadCouldBeStarted() {
            ScarceThreads factory = new ScarceThreads();
            Duration second = Duration.ofSeconds(1);
            try (Threads threads = new Threads(second, second, factory)) {
                assertThat(catalog.learn(threads)).isCompleted();
                assertThat(catalog.isLearnt()).isFalse();
                factory.areThereAgain();
                assertThat(catalog.learn(threads)).succeedsWithin(20, TimeUnit.SECONDS);
                assertThat(catalog.isLearnt()).isTrue();
            }
        }
    }

    @Nested
    class Queries {
        private final TestCollector a = TestCollector.named("a")
                .declaring(FAMILY, BY_KIND)
                .asking(TestCollector.feeding(FAMILY), TestCollector.feeding(BY_KIND));
        private final TestCollector b = TestCollector.named("b").declaring(OTHER, BY_KIND);
        private final QueryCatalog catalog = learnt(a, b);

        private static List<String> names(List<RegisteredQuery> queries) {
            return queries.stream().map(RegisteredQuery::toString).toList();
        }

        @Test
        void areInTheOrderOfTheirCollectors() {
            assertThat(names(catalog.all())).containsExactly("a[0]", "a[1]", "b[0]");
        }

        @Test
        void areFoundByTheirCollector() {
            assertThat(names(catalog.of(a.registered()))).containsExactly("a[0]", "a[1]");
            assertThat(names(catalog.of(TestCollector.named("c").registered()))).isEmpty();
        }

        @Test
        void areFoundByTheFamilyThatTheyFeed() {
            assertThat(names(catalog.feeding(BY_KIND))).containsExactly("a[1]", "b[0]");
            assertThat(names(catalog.feeding(OTHER))).containsExactly("b[0]");
            assertThat(names(catalog.feeding(BY_SITE))).isEmpty();
        }

        @Test
        void areFoundByTheNamesThatAreAskedFor() {
            assertThat(names(catalog.feedingAny("indico_x"::equals))).containsExactly("a[0]");
            assertThat(names(catalog.feedingAny(name -> !name.equals("indico_x"))))
                    .containsExactly("a[1]", "b[0]");
            assertThat(names(catalog.feedingAny("indico_up"::equals))).isEmpty();
        }
    }

    /** Parts of a family that two queries feed. */
    @Nested
    class Parts {
        private static final String UNMERGEABLE = "whose values cannot be merged";
        private static final String CUT = "and has an open label";

        private static void assertBothFail(QueryCatalog catalog, MetricFamily family, String why) {
            assertThat(catalog.feeding(family))
                    .extracting(RegisteredQuery::flaw)
                    .containsExactly(flaw(family, "x[0] and x[1]", why), flaw(family, "x[1] and x[0]", why));
        }

        private static Failure flaw(MetricFamily family, String queries, String why) {
            return new Failure(
                    FailureReason.COLLECTOR_BUG,
                    "metric '" + family + "' is fed by " + queries + ", " + why
                            + "; tell them apart by a constant label");
        }

        private static void assertNoneFails(QueryCatalog catalog) {
            assertThat(catalog.all()).extracting(RegisteredQuery::flaw).containsOnlyNulls();
        }

        static Stream<Arguments> mergeable() {
            return Stream.of(
                    Arguments.of(countRows(), countRows()),
                    Arguments.of(countRows(), sum(EVENTS.id)),
                    Arguments.of(min(EVENTS.id), min(EVENTS.id)),
                    Arguments.of(max(EVENTS.id), max(EVENTS.id)),
                    Arguments.of(one(), one()));
        }

        @ParameterizedTest
        @MethodSource("mergeable")
        void areMergedIntoOneSeries(Value one, Value other) {
            QueryCatalog catalog = learnt(feeding(FAMILY, one), feeding(FAMILY, other));
            assertNoneFails(catalog);
            assertThat(catalog.hasSeparateParts(FAMILY)).isFalse();
        }

        static Stream<Arguments> unmergeable() {
            return Stream.of(
                    Arguments.of(countRows(), max(EVENTS.id)),
                    Arguments.of(min(EVENTS.id), max(EVENTS.id)),
                    Arguments.of(countDistinct(EVENTS.id), countDistinct(EVENTS.id)),
                    Arguments.of(countDistinct(EVENTS.id), countRows()),
                    Arguments.of(scalar(DSL.inline(1)), scalar(DSL.inline(1))));
        }

        @ParameterizedTest
        @MethodSource("unmergeable")
        void failBothQueriesIfTheyCannotBeMerged(Value one, Value other) {
            assertBothFail(learnt(feeding(FAMILY, one), feeding(FAMILY, other)), FAMILY, UNMERGEABLE);
        }

        @Test
        void failNoOtherQueryIfTheyCannotBeMerged() {
            QueryCatalog catalog = learnt(
                    feeding(FAMILY, min(EVENTS.id)), feeding(FAMILY, max(EVENTS.id)), feeding(OTHER, countRows()));
            assertThat(catalog.feeding(OTHER)).extracting(RegisteredQuery::flaw).containsOnlyNulls();
        }

        @Test
        void areSeparateIfAConstantLabelDistinguishesThem() {
            QueryCatalog catalog = learnt(
                    FamilyQuery.from(EVENTS).constant(KIND, "event").value(BY_KIND, countDistinct(EVENTS.id)),
                    FamilyQuery.from(EVENTS).constant(KIND, "note").value(BY_KIND, max(EVENTS.id)));
            assertNoneFails(catalog);
            assertThat(catalog.hasSeparateParts(BY_KIND)).isTrue();
        }

        @Test
        void areNotSeparateIfTheConstantIsTheSame() {
            QueryCatalog catalog = learnt(
                    FamilyQuery.from(EVENTS).constant(KIND, "event").value(BY_KIND, countRows()),
                    FamilyQuery.from(EVENTS).constant(KIND, "event").value(BY_KIND, countRows()));
            assertNoneFails(catalog);
            assertThat(catalog.hasSeparateParts(BY_KIND)).isFalse();
        }

        @Test
        void areNotSeparateIfOneOfThemHasNoConstant() {
            QueryCatalog catalog = learnt(
                    FamilyQuery.from(EVENTS).constant(KIND, "event").value(BY_KIND, countRows()),
                    FamilyQuery.from(EVENTS).by(KIND, EVENTS.title).value(BY_KIND, countRows()));
            assertNoneFails(catalog);
            assertThat(catalog.hasSeparateParts(BY_KIND)).isFalse();
        }

        @Test
        void failBothIfOnlyOneOfThemHasAConstant() {
            assertBothFail(
                    learnt(
                            FamilyQuery.from(EVENTS).constant(KIND, "event").value(BY_KIND, countRows()),
                            FamilyQuery.from(EVENTS).by(KIND, EVENTS.title).value(BY_KIND, max(EVENTS.id))),
                    BY_KIND,
                    UNMERGEABLE);
        }

        @Test
        void areNotSeparateIfTheFamilyLacksTheConstantLabel() {
            QueryCatalog catalog = learnt(
                    FamilyQuery.from(EVENTS).constant(KIND, "event").value(FAMILY, countRows()),
                    FamilyQuery.from(EVENTS).constant(KIND, "note").value(FAMILY, countRows()));
            assertThat(catalog.hasSeparateParts(FAMILY)).isFalse();
        }

        @Test
        void areSeparateIfThereIsOnlyOne() {
            assertThat(learnt(feeding(FAMILY, countRows())).hasSeparateParts(FAMILY))
                    .isTrue();
        }

        /**
         * Each query applies the limit itself, so a value that one query keeps may be {@code other} in the next one.
         */
        @Test
        void withAnOpenLabelFailUnlessAConstantLabelDistinguishesThem() {
            assertBothFail(
                    learnt(bySite().value(BY_SITE, countRows()), bySite().value(BY_SITE, countRows())), BY_SITE, CUT);
            assertNoneFails(learnt(
                    bySite().constant(KIND, "event").value(BY_KIND_AND_SITE, countRows()),
                    bySite().constant(KIND, "note").value(BY_KIND_AND_SITE, countRows())));
            assertNoneFails(learnt(
                    FamilyQuery.from(EVENTS).constant(SITE, "here").value(BY_SITE, countRows()),
                    FamilyQuery.from(EVENTS).constant(SITE, "here").value(BY_SITE, countRows())));
        }

        @Test
        void doNotFailThoseOfOtherCollectors() {
            TestCollector broken = TestCollector.named("broken")
                    .declaring(FAMILY, BY_SITE)
                    .asking(context -> {
                        throw new IllegalStateException("no");
                    });
            QueryCatalog catalog = learnt(
                    broken,
                    TestCollector.named("x")
                            .declaring(FAMILY, BY_SITE)
                            .asking(bySite().value(BY_SITE, countRows()).value(FAMILY, max(EVENTS.id))));
            assertThat(catalog.feeding(FAMILY))
                    .extracting(RegisteredQuery::flaw)
                    .containsExactly(
                            new Failure(FailureReason.COLLECTOR_BUG, "java.lang.IllegalStateException: no"), null);
            assertThat(catalog.hasSeparateParts(FAMILY)).isFalse();
        }
    }

    @Test
    void aSetOfAnExcludedCollectorDoesNotFailTheOneThatIsOn() {
        FamilyQuery deleted = FamilyQuery.from(NOTES)
                .where(IdSet.of("events", EVENTS.id, EVENTS, EVENTS.deleted.isTrue())
                        .contains(NOTES.id))
                .value(FAMILY, countRows());
        FamilyQuery live = FamilyQuery.from(NOTES)
                .where(IdSet.of("events", EVENTS.id, EVENTS, EVENTS.deleted.isFalse())
                        .contains(NOTES.id))
                .value(FAMILY, countRows());
        QueryCatalog catalog = new QueryCatalog(
                CollectorCatalog.of(
                        List.of(TestCollector.named("on")
                                .declaring(FAMILY)
                                .asking(deleted)
                                .registered()),
                        List.of(TestCollector.named("off")
                                .declaring(FAMILY)
                                .asking(live)
                                .registered())),
                null);
        catalog.learn();
        assertThat(catalog.all()).extracting(RegisteredQuery::flaw).containsOnlyNulls();
        assertThat(catalog.feeding(FAMILY))
                .extracting(RegisteredQuery::toString)
                .containsExactly("on[0]", "off[0]");
        assertThat(catalog.hasSeparateParts(FAMILY)).isFalse();
    }

    @Test
    void aPartHasOnlyTheConstantsOfItsFamily() {
        QueryCatalog catalog = learnt(FamilyQuery.from(EVENTS)
                .constant(KIND, "event")
                .value(BY_KIND, countRows())
                .value(OTHER, countRows()));
        RegisteredQuery query = catalog.all().get(0);
        assertThat(query.part(BY_KIND).constants()).isEqualTo(Map.of(KIND, "event"));
        assertThat(query.part(OTHER).constants()).isEmpty();
    }
}
