package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.testing.engine.TestCollector.family;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.inline;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** How old values may become. */
class AgeTest extends EngineTest {
    private static final Duration TTL = Duration.ofSeconds(100);
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final MetricFamily TOTAL = family("all");
    private static final MetricFamily ONGOING = MetricFamily.gauge("test_ongoing")
            .help("A test metric.")
            .timeDependent()
            .build();

    private final AtomicBoolean fails = new AtomicBoolean();
    private final TestCollector collector = TestCollector.of(
                    "mine",
                    List.of(TOTAL, ONGOING),
                    context -> List.of(FamilyQuery.withoutFrom()
                            .value(TOTAL, scalar(inline(5)))
                            .value(ONGOING, scalar(inline(2)))))
            .beforeSending(context -> {
                if (fails.get()) {
                    throw new IllegalStateException("now");
                }
            });

    @Test
    void timeDependentValuesAreAbsentBeyondTheTtlAndOthersBeyondTwoTtlsAndABudget() {
        IndicoMetrics metrics = open(engine(collector).ttl(STANDARD, TTL).queryBudget(STANDARD, Duration.ofSeconds(7)));
        scrape(metrics);
        fails.set(true);
        clock.advance(TTL);
        assertValues(scrape(metrics), 5.0, 2.0);
        clock.advance(MOMENT);
        assertValues(scrape(metrics), 5.0, null);
        clock.advance(TTL.plusSeconds(7).minus(MOMENT));
        assertValues(scrape(metrics), 5.0, null);
        clock.advance(MOMENT);
        assertValues(scrape(metrics), null, null);
    }

    @Test
    void theMaximumAgeCanBeSet() {
        IndicoMetrics metrics = open(engine(collector).ttl(STANDARD, TTL).maxAge(Duration.ofHours(1)));
        scrape(metrics);
        fails.set(true);
        clock.advance(Duration.ofHours(1));
        assertValues(scrape(metrics), 5.0, null);
        clock.advance(MOMENT);
        assertValues(scrape(metrics), null, null);
    }

    private static void assertValues(
            Exposition scrape,
            @org.jspecify.annotations.Nullable Double all,
            @org.jspecify.annotations.Nullable Double ongoing) {
        assertThat(scrape.value("test_all")).isEqualTo(all);
        assertThat(scrape.value("test_ongoing")).isEqualTo(ongoing);
    }

    @Test
    void theTtlOfACollectorStretchesUntilItTakesAHundredthOfACore() {
        TestCollector heavy = TestCollector.gauge("heavy", context -> {
                    clock.advance(Duration.ofSeconds(30));
                    return 1;
                })
                .in(HEAVY);
        IndicoMetrics metrics = open(heavy);
        Await.until("it is read", () -> scrape(metrics).value("test_heavy") != null);
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("indico_collector_duration_seconds{collector=\"heavy\"}"))
                .isEqualTo(30);
        assertThat(scrape.value("indico_collector_ttl_seconds{collector=\"heavy\"}"))
                .isEqualTo(3750);
        // It begins at 80 % of 3750 s, of which 30 have passed since its snapshot was taken.
        clock.advance(Duration.ofSeconds(2970).minus(MOMENT));
        scrape(metrics);
        assertThat(heavy.runs()).isEqualTo(1);
        clock.advance(MOMENT);
        scrape(metrics);
        Await.until("it runs again", () -> heavy.runs() == 2);
    }

    @Test
    void aCollectorCanHaveATtlOfItsOwn() {
        TestCollector other = TestCollector.gauge("other", context -> 1);
        IndicoMetrics metrics = open(engine(collector, other).ttl(STANDARD, TTL).ttl("other", Duration.ofSeconds(10)));
        Exposition first = scrape(metrics);
        assertThat(first.value("indico_collector_ttl_seconds{collector=\"other\"}"))
                .isEqualTo(10);
        assertThat(first.value("indico_collector_ttl_seconds{collector=\"mine\"}"))
                .isEqualTo(100);
        clock.advance(Duration.ofSeconds(10));
        scrape(metrics);
        assertThat(other.runs()).isEqualTo(2);
        assertThat(collector.runs()).isEqualTo(1);
    }

    @Test
    void retriesTransientFailuresSooner() {
        IndicoMetrics metrics = open(engine(collector).ttl(STANDARD, Duration.ofHours(1)));
        fails.set(true);
        scrape(metrics);
        clock.advance(Duration.ofMinutes(59));
        scrape(metrics);
        assertThat(collector.runs()).as("a bug does not pass").isEqualTo(1);
        clock.advance(Duration.ofMinutes(1));
        scrape(metrics);
        assertThat(collector.runs()).isEqualTo(2);
    }
}
