package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Value;
import io.getindico.metrics.api.engine.QueryState.Attempt;
import io.getindico.metrics.api.engine.QueryState.Result;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ScrapeContentTest {
    private static final MetricFamily EVENTS = TestCollector.gauge("indico_events");
    private static final MetricFamily ONGOING =
            MetricFamily.gauge("indico_ongoing").help("Now.").timeDependent().build();
    private static final TestCollector COLLECTOR = TestCollector.named("events").declaring(EVENTS, ONGOING);
    private static final RegisteredQuery QUERY = COLLECTOR.query();

    private final ManualTime time = new ManualTime();
    private final DatabaseContact contact = new DatabaseContact(time.source());
    private final QueryStates states = new QueryStates();
    private final ScrapeContent content = content(COLLECTOR);

    private ScrapeContent content(TestCollector... collectors) {
        CollectorCatalog catalog = CollectorCatalog.of(
                Stream.of(collectors).map(TestCollector::registered).toList(), List.of());
        QueryCatalog queries = new QueryCatalog(catalog, null);
        queries.learn();
        return new ScrapeContent(
                catalog, queries, new TestSettings().time(time.source()).build());
    }

    @BeforeEach
    void isRead() {
        contact.reached(TestFacts.ofIndico().build(), time.now());
        read(7);
    }

    private void read(double value) {
        List<FamilyValues> values = List.of(
                FamilyValues.of(EVENTS, Map.of(List.of(), value)), FamilyValues.of(ONGOING, Map.of(List.of(), value)));
        states.publish(Map.of(QUERY, new Attempt(time.now(), Duration.ofMillis(5), new Result.Success(values, null))));
    }

    private EngineState state() {
        return new EngineState(states.current(), contact.view(), time.now());
    }

    private MetricSnapshots scrape() {
        return content.of(state(), name -> true);
    }

    private List<String> names(MetricSnapshots snapshots) {
        return snapshots.stream()
                .map(snapshot -> snapshot.getMetadata().getName())
                .toList();
    }

    private void assertNewAfter(Runnable change) {
        MetricSnapshots before = scrape();
        change.run();
        MetricSnapshots after = scrape();
        assertThat(after).isNotSameAs(before);
        assertThat(scrape()).isSameAs(after);
    }

    @Test
    void itIsTheSameWhileNothingChanges() {
        MetricSnapshots first = scrape();
        time.advance(Duration.ofSeconds(10));
        contact.reached(TestFacts.ofIndico().build(), time.now());
        assertThat(scrape()).isSameAs(first);
    }

    @Test
    void newValuesChangeIt() {
        assertNewAfter(() -> read(7));
        assertNewAfter(() -> read(8));
    }

    @Test
    void aFailureChangesIt() {
        assertNewAfter(() -> states.publish(Map.of(
                QUERY,
                new Attempt(time.now(), Duration.ZERO, new Result.Failed(new Failure(FailureReason.QUERY, "no"))))));
    }

    @Test
    void theDatabasesStateChangesIt() {
        assertNewAfter(() -> time.advance(Duration.ofSeconds(16)));
        assertNewAfter(() -> contact.failed(DatabaseError.UNREACHABLE, "no"));
        assertNewAfter(() -> contact.failed(DatabaseError.AUTH, "no"));
        DatabaseFacts facts = TestFacts.ofIndico().build();
        assertNewAfter(() -> contact.reached(facts, time.now()));
        assertNewAfter(() -> contact.reached(
                new DatabaseFacts(facts.tables(), Set.of(), new TreeMap<>(Map.of("alembic_version", "cafe"))),
                time.now()));
        assertNewAfter(() -> contact.zone(new IndicoZone(ZoneId.of("Europe/Zurich"), "root category")));
    }

    @Test
    void aValueThatGetsTooOldLeavesIt() {
        time.advance(Duration.ofMinutes(3));
        assertThat(names(scrape())).contains("indico_events", "indico_ongoing");
        assertNewAfter(() -> time.advance(Duration.ofSeconds(106)));
        assertThat(names(scrape())).contains("indico_events").doesNotContain("indico_ongoing");
        assertNewAfter(() -> time.advance(Duration.ofDays(1)));
        assertThat(names(scrape())).doesNotContain("indico_events");
    }

    @Test
    void aScrapeForSomeFamiliesGetsOnlyThose() {
        assertThat(names(content.of(state(), "indico_events"::equals))).containsExactly("indico_events");
        assertThat(names(content.of(state(), "indico_collector_failures"::equals)))
                .containsExactly("indico_collector_failures");
        assertThat(names(scrape())).contains("indico_events", "indico_ongoing", "indico_up");
    }

    @Test
    void theWholeIncludesValuesOfAnyAge() {
        time.advance(Duration.ofDays(1));
        assertThat(names(content.whole(state()))).contains("indico_events", "indico_ongoing", "indico_up");
    }

    @Nested
    class OfAFamilyOfSeveralQueries {
        private static final Label KIND = Label.closed("kind", "event", "note", "file");
        private static final MetricFamily OBJECTS = MetricFamily.gauge("indico_objects")
                .help("Objects.")
                .labels(KIND)
                .build();

        private final TestCollector separate = TestCollector.named("separate")
                .declaring(OBJECTS)
                .asking(ofKind("event"), ofKind("note"), ofKind("file"));
        private final TestCollector undivided = TestCollector.named("undivided")
                .declaring(EVENTS)
                .asking(TestCollector.feeding(EVENTS), TestCollector.feeding(EVENTS));

        private static FamilyQuery ofKind(String kind) {
            return FamilyQuery.withoutFrom().constant(KIND, kind).value(OBJECTS, Value.countRows());
        }

        private void read(TestCollector collector, int index, FamilyValues... values) {
            publish(collector, index, new Result.Success(List.of(values), null));
        }

        private void publish(TestCollector collector, int index, Result result) {
            RegisteredQuery query =
                    new QueryLearner(null).learn(collector.registered()).get(index);
            states.publish(Map.of(query, new Attempt(time.now(), Duration.ofMillis(5), result)));
        }

        private void read(int index, String kind, double value) {
            read(separate, index, FamilyValues.of(OBJECTS, Map.of(List.of(kind), value)));
        }

        private List<String> series(ScrapeContent of, String family) {
            MetricSnapshots metrics = of.of(state(), family::equals);
            return Exposition.text(metrics)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }

        @Test
        void separatePartsAreAbsentAlone() {
            ScrapeContent of = content(separate);
            read(0, "event", 3);
            publish(separate, 1, new Result.Skipped(TestFacts.skip(SkipReason.TABLE_MISSING, "no")));
            assertThat(series(of, "indico_objects")).containsExactly("indico_objects{kind=\"event\"} 3.0");
            read(2, "file", 0);
            assertThat(series(of, "indico_objects"))
                    .containsExactly("indico_objects{kind=\"event\"} 3.0", "indico_objects{kind=\"file\"} 0.0");
        }

        @Test
        void aSeparatePartThatFailsKeepsItsValuesForAsLongAsAFamilyWould() {
            ScrapeContent of = content(separate);
            read(0, "event", 3);
            read(1, "note", 4);
            time.advance(Duration.ofMinutes(9));
            publish(separate, 0, new Result.Failed(new Failure(FailureReason.QUERY, "no")));
            read(1, "note", 5);
            assertThat(series(of, "indico_objects"))
                    .containsExactly("indico_objects{kind=\"event\"} 3.0", "indico_objects{kind=\"note\"} 5.0");
            time.advance(Duration.ofSeconds(41));
            assertThat(series(of, "indico_objects")).containsExactly("indico_objects{kind=\"note\"} 5.0");
        }

        @Test
        void anUndividedFamilyIsTheSumOfAll() {
            ScrapeContent of = content(undivided);
            read(undivided, 0, FamilyValues.of(EVENTS, Map.of(List.of(), 3.0)));
            read(undivided, 1, FamilyValues.of(EVENTS, Map.of(List.of(), 4.0)));
            assertThat(series(of, "indico_events")).containsExactly("indico_events 7.0");
        }

        @Test
        void anUndividedFamilyIsAbsentAsAWholeWhileAQueryHasNoValues() {
            ScrapeContent of = content(undivided);
            read(undivided, 0, FamilyValues.of(EVENTS, Map.of(List.of(), 3.0)));
            assertThat(series(of, "indico_events")).isEmpty();
            publish(undivided, 1, new Result.Skipped(TestFacts.skip(SkipReason.PLUGIN_ABSENT, "no")));
            assertThat(series(of, "indico_events")).isEmpty();
        }

        @Test
        void anUndividedFamilyIsAbsentAsAWholeIfTheValuesOfAQueryAreTooOld() {
            ScrapeContent of = content(undivided);
            read(undivided, 1, FamilyValues.of(EVENTS, Map.of(List.of(), 4.0)));
            time.advance(Duration.ofMinutes(9));
            read(undivided, 0, FamilyValues.of(EVENTS, Map.of(List.of(), 3.0)));
            assertThat(series(of, "indico_events")).containsExactly("indico_events 7.0");
            time.advance(Duration.ofSeconds(41));
            assertThat(series(of, "indico_events")).isEmpty();
        }

        @Test
        void theWholeOmitsAnUndividedFamilyIfAPartWasNotRead() {
            ScrapeContent of = content(undivided, separate);
            read(undivided, 0, FamilyValues.of(EVENTS, Map.of(List.of(), 3.0)));
            read(0, "event", 3);
            assertThat(names(of.whole(state()))).contains("indico_objects").doesNotContain("indico_events");
        }

        @Test
        void partsMergeAsTheirValuesDo() {
            TestCollector newest =
                    TestCollector.named("newest").declaring(EVENTS).asking(latest(), latest());
            ScrapeContent of = content(newest);
            read(newest, 0, FamilyValues.of(EVENTS, Map.of(List.of(), 3.0)));
            read(newest, 1, FamilyValues.of(EVENTS, Map.of(List.of(), 4.0)));
            assertThat(series(of, "indico_events")).containsExactly("indico_events 4.0");
        }

        private static FamilyQuery latest() {
            return FamilyQuery.withoutFrom().value(EVENTS, Value.max(DSL.inline(1)));
        }

        @Test
        void aPartWithoutSeriesCountsAsRead() {
            TestCollector newest =
                    TestCollector.named("newest").declaring(EVENTS).asking(latest(), latest());
            ScrapeContent of = content(newest);
            read(newest, 0, FamilyValues.of(EVENTS, Map.of(List.of(), 3.0)));
            read(newest, 1);
            assertThat(series(of, "indico_events")).containsExactly("indico_events 3.0");
        }

        @Test
        void collectorsFeedItTogetherAsQueriesDo() {
            TestCollector one = TestCollector.named("one").declaring(EVENTS);
            TestCollector other = TestCollector.named("other").declaring(EVENTS);
            ScrapeContent of = content(one, other);
            read(one, 0, FamilyValues.of(EVENTS, Map.of(List.of(), 3.0)));
            assertThat(series(of, "indico_events")).isEmpty();
            read(other, 0, FamilyValues.of(EVENTS, Map.of(List.of(), 4.0)));
            assertThat(series(of, "indico_events")).containsExactly("indico_events 7.0");
        }
    }

    @Test
    void beforeQueriesAreLearntTheCollectorsAreReported() {
        CollectorCatalog catalog = CollectorCatalog.of(List.of(COLLECTOR.registered()), List.of());
        ScrapeContent early = new ScrapeContent(
                catalog,
                new QueryCatalog(catalog, null),
                new TestSettings().time(time.source()).build());
        assertThat(early.statuses(Map.of())).singleElement().satisfies(status -> {
            assertThat(status.name()).isEqualTo("events");
            assertThat(status.ttl()).isEqualTo(Duration.ofSeconds(285));
            assertThat(status.queries()).isEmpty();
        });
    }
}
