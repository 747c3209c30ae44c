package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorState.Attempt;
import io.getindico.metrics.api.engine.CollectorState.Failure;
import io.getindico.metrics.api.engine.CollectorState.Result;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScrapeContentTest {
    private static final MetricFamily EVENTS = TestCollector.gauge("indico_events");
    private static final MetricFamily ONGOING =
            MetricFamily.gauge("indico_ongoing").help("Now.").timeDependent().build();
    private static final RegisteredCollector COLLECTOR =
            TestCollector.named("events").declaring(EVENTS, ONGOING).registered();

    private final ManualTime time = new ManualTime();
    private final DatabaseContact contact = new DatabaseContact(time.source());
    private final CollectorStates states = new CollectorStates();
    private final ScrapeContent content = new ScrapeContent(
            List.of(COLLECTOR),
            new Freshness(new TestSettings().time(time.source()).build()));

    @BeforeEach
    void isRead() {
        contact.reached(TestFacts.ofIndico().build(), time.now());
        read(7);
    }

    private void read(double value) {
        List<FamilyValues> values = List.of(
                FamilyValues.of(EVENTS, Map.of(List.of(), value), Labels.EMPTY),
                FamilyValues.of(ONGOING, Map.of(List.of(), value), Labels.EMPTY));
        states.publish(
                Map.of(COLLECTOR, new Attempt(time.now(), Duration.ofMillis(5), new Result.Success(values, null))));
    }

    private MetricSnapshots scrape() {
        return content.of(states.current(), contact.view(), time.now(), name -> true);
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
                COLLECTOR,
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
                new DatabaseFacts(facts.tables(), new TreeMap<>(Map.of("alembic_version", "cafe"))), time.now()));
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
    void whoAsksForSomeGetsThose() {
        assertThat(names(content.of(states.current(), contact.view(), time.now(), "indico_events"::equals)))
                .containsExactly("indico_events");
        assertThat(names(content.of(states.current(), contact.view(), time.now(), "indico_collector_failures"::equals)))
                .containsExactly("indico_collector_failures");
        assertThat(names(scrape())).contains("indico_events", "indico_ongoing", "indico_up");
    }

    @Test
    void theWholeIsEverythingHoweverOld() {
        time.advance(Duration.ofDays(1));
        assertThat(names(content.whole(states.current(), contact.view(), time.now())))
                .contains("indico_events", "indico_ongoing", "indico_up");
    }
}
