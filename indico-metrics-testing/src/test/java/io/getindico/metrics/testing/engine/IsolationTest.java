package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.testing.engine.TestCollector.family;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.testing.engine.TestCollector.Work;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a collector does is its own affair: those before and after it publish. */
class IsolationTest extends EngineTest {
    private static final MetricFamily MINE = family("mine");
    private static final MetricFamily COUNT =
            MetricFamily.counter("test_mistakes_total").help("A test's.").build();
    /** Tells one transaction from another. */
    private static final String TRANSACTION = "SELECT extract(epoch FROM transaction_timestamp())";

    static Stream<Arguments> failures() {
        return Stream.of(
                failure(
                        "a query that fails",
                        "query",
                        (context, samples) -> context.dsl().fetch("SELECT 1 / 0")),
                failure(
                        "a table that is not there",
                        "schema",
                        (context, samples) -> context.dsl().fetch("TABLE nowhere")),
                failure("an exception", "collector_bug", (context, samples) -> {
                    throw new java.io.IOException("oops");
                }),
                failure("an error of linkage", "collector_bug", (context, samples) -> {
                    throw new NoClassDefFoundError("gone");
                }),
                failure("a stack that overflows", "collector_bug", (context, samples) -> {
                    throw new StackOverflowError();
                }),
                failure("an assertion", "collector_bug", (context, samples) -> {
                    throw new AssertionError("no");
                }),
                failure("a series set twice", "collector_bug", (context, samples) -> {
                    samples.set(MINE, 1);
                    samples.set(MINE, 1);
                }),
                failure(
                        "a family that it does not declare",
                        "collector_bug",
                        (context, samples) -> samples.set(family("before"), 1)),
                failure(
                        "label values that do not fit",
                        "collector_bug",
                        (context, samples) -> samples.set(MINE, 1, "x")),
                failure("a counter below 0", "collector_bug", (context, samples) -> samples.set(COUNT, -1)),
                failure("a statement too many", "collector_bug", (context, samples) -> {
                    context.dsl().fetch("SELECT 1");
                    context.dsl().fetch("SELECT 2");
                }));
    }

    private static Arguments failure(String what, String reason, Work work) {
        return Arguments.of(what, reason, TestCollector.of("mine", List.of(MINE, COUNT), work));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void aFailureTouchesNoOtherCollector(String what, String reason, TestCollector failing) {
        IndicoMetrics metrics =
                open(TestCollector.sql("first", TRANSACTION), failing, TestCollector.sql("next", TRANSACTION));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_first")).isNotNull().isEqualTo(scrape.value("test_next"));
        assertThat(scrape.family("test_mine"))
                .as("what it gave before it failed is not shown")
                .isEmpty();
        assertThat(scrape.family("indico_collector_success"))
                .containsExactly(
                        Map.entry("indico_collector_success{collector=\"first\"}", 1.0),
                        Map.entry("indico_collector_success{collector=\"mine\"}", 0.0),
                        Map.entry("indico_collector_success{collector=\"next\"}", 1.0));
        assertThat(scrape.family("indico_collector_failures_total").entrySet().stream()
                        .filter(series -> series.getValue() > 0))
                .containsExactly(Map.entry(
                        "indico_collector_failures_total{collector=\"mine\",reason=\"" + reason + "\"}", 1.0));
        assertThat(scrape.isUp()).isTrue();
        assertThat(scrape.databaseErrors()).isEmpty();
    }

    @Test
    void theLastGoodValuesOfOneThatFailsAreServedUpToTheMaximumAge() {
        AtomicBoolean fails = new AtomicBoolean();
        TestCollector collector = TestCollector.of("mine", MINE, (context, samples) -> {
            samples.set(MINE, 7);
            if (fails.get()) {
                throw new IllegalStateException("now");
            }
        });
        IndicoMetrics metrics = open(engine(collector).ttl(STANDARD, Duration.ofMinutes(5)));
        scrape(metrics);
        fails.set(true);
        clock.advance(Duration.ofMinutes(10));
        Exposition old = scrape(metrics);
        assertThat(old.value("test_mine")).isEqualTo(7);
        assertThat(old.success("mine")).isZero();
        assertThat(old.value("indico_collector_last_attempt_timestamp_seconds{collector=\"mine\"}"))
                .isEqualTo(clock.epochSeconds());
        assertThat(old.value("indico_collector_last_success_timestamp_seconds{collector=\"mine\"}"))
                .isEqualTo(clock.epochSeconds() - 600);
        clock.advance(Duration.ofSeconds(10));
        assertThat(scrape(metrics).value("test_mine"))
                .as("at 2 TTL and a budget")
                .isEqualTo(7);
        clock.advance(Duration.ofMillis(1));
        assertThat(scrape(metrics).value("test_mine")).isNull();
        fails.set(false);
        clock.advance(Duration.ofMinutes(5));
        assertThat(scrape(metrics).value("test_mine")).isEqualTo(7);
    }
}
