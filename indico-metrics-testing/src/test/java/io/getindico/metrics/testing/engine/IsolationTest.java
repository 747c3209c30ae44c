package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.testing.engine.TestCollector.family;
import static io.getindico.metrics.testing.engine.TestCollector.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.generateSeries;
import static org.jooq.impl.DSL.inline;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.testing.engine.TestCollector.Queries;
import io.getindico.metrics.testing.engine.TestCollector.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jooq.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A misbehaving collector affects only itself: those before and after it publish their values. */
class IsolationTest extends EngineTest {
    private static final MetricFamily MINE = family("mine");
    private static final MetricFamily COUNT =
            MetricFamily.counter("test_mistakes_total").help("A test metric.").build();
    /** Tells one transaction from another. */
    private static final String TRANSACTION = "SELECT extract(epoch FROM transaction_timestamp())";

    static Stream<Arguments> failures() {
        return Stream.concat(failuresOfQueries(), failuresOfCollect());
    }

    private static Stream<Arguments> failuresOfQueries() {
        return Stream.of(
                failure("a query that fails", "query", context -> List.of(sql(MINE, "SELECT 1 / 0"))),
                failure("a table that is not there", "schema", context -> List.of(sql(MINE, "TABLE nowhere"))),
                failure("a value that is text", "collector_bug", context -> List.of(scalarOf(inline("7")))),
                failure(
                        "a wall-clock time that is taken for an instant",
                        "collector_bug",
                        context -> List.of(scalarOf(context.localNow()))),
                failure(
                        "two rows where one is expected",
                        "collector_bug",
                        context ->
                                List.of(FamilyQuery.from(generateSeries(1, 2)).value(MINE, scalar(inline(1))))),
                failure(
                        "a family that it does not declare",
                        "collector_bug",
                        context -> List.of(sql(MINE, "SELECT 1"), sql(family("before"), "SELECT 1"))),
                failure(
                        "a query without a value",
                        "collector_bug",
                        context -> List.of(sql(MINE, "SELECT 1"), FamilyQuery.withoutFrom())),
                failure("a counter below 0", "collector_bug", context -> List.of(sql(COUNT, "SELECT -1"))),
                failure("an exception when it is asked for its queries", "collector_bug", context -> {
                    throw new java.io.IOException("oops");
                }),
                failure("an exception in a refresh", "collector_bug", context -> {
                    if (!context.now().equals(Instant.EPOCH)) {
                        throw new java.io.IOException("oops");
                    }
                    return List.of(sql(MINE, "SELECT 1"));
                }),
                failure(
                        "a query less than before",
                        "collector_bug",
                        context -> context.now().equals(Instant.EPOCH) ? List.of(sql(MINE, "SELECT 1")) : List.of()),
                failure(
                        "a query of other families than before",
                        "collector_bug",
                        context -> List.of(sql(context.now().equals(Instant.EPOCH) ? MINE : COUNT, "SELECT 1"))),
                failureWhenSent("an exception", new java.io.IOException("oops")),
                failureWhenSent("an error of linkage", new NoClassDefFoundError("gone")),
                failureWhenSent("a stack that overflows", new StackOverflowError()),
                failureWhenSent("an assertion", new AssertionError("no")));
    }

    private static FamilyQuery scalarOf(Field<?> field) {
        return FamilyQuery.withoutFrom().value(MINE, scalar(field));
    }

    private static Arguments failure(String what, String reason, Queries queries) {
        return Arguments.of(what, reason, TestCollector.of("mine", List.of(MINE, COUNT), queries));
    }

    private static Arguments failureWhenSent(String what, Throwable thrown) {
        TestCollector failing = TestCollector.of(
                        "mine", List.of(MINE, COUNT), context -> List.of(sql(MINE, "SELECT 1")))
                .beforeSending(context -> rethrow(thrown));
        return Arguments.of(what + " when its query is rendered", "collector_bug", failing);
    }

    private static Stream<Arguments> failuresOfCollect() {
        return Stream.of(
                failureInCollect("an exception", "source", (context, samples) -> {
                    throw new java.io.IOException("oops");
                }),
                failureInCollect("an error of linkage", "collector_bug", (context, samples) -> {
                    throw new NoClassDefFoundError("gone");
                }),
                failureInCollect("a stack that overflows", "collector_bug", (context, samples) -> {
                    throw new StackOverflowError();
                }),
                failureInCollect("an assertion", "collector_bug", (context, samples) -> {
                    throw new AssertionError("no");
                }),
                failureInCollect("a series set twice", "collector_bug", (context, samples) -> {
                    samples.set(MINE, 1);
                    samples.set(MINE, 1);
                }),
                failureInCollect(
                        "a family that it does not declare",
                        "collector_bug",
                        (context, samples) -> samples.set(family("before"), 1)),
                failureInCollect(
                        "label values that do not fit",
                        "collector_bug",
                        (context, samples) -> samples.set(MINE, 1, "x")),
                failureInCollect("a counter below 0", "collector_bug", (context, samples) -> samples.add(COUNT, -8)));
    }

    private static Arguments failureInCollect(String what, String reason, Work work) {
        return Arguments.of(
                what + " in collect()",
                reason,
                TestCollector.collecting("mine", List.of(MINE, COUNT), (context, samples) -> {
                    samples.add(COUNT, 7);
                    work.collect(context, samples);
                }));
    }

    private static void rethrow(Throwable thrown) throws Exception {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (Exception) thrown;
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
        assertThat(scrape.family("test_mistakes_total")).isEmpty();
        assertThat(scrape.family("indico_collector_success"))
                .containsExactly(
                        Map.entry("indico_collector_success{collector=\"first\"}", 1.0),
                        Map.entry("indico_collector_success{collector=\"mine\"}", 0.0),
                        Map.entry("indico_collector_success{collector=\"next\"}", 1.0));
        assertThat(scrape.family("indico_collector_failures_total"))
                .containsExactly(
                        Map.entry("indico_collector_failures_total{collector=\"first\"}", 0.0),
                        Map.entry("indico_collector_failures_total{collector=\"mine\"}", 1.0),
                        Map.entry("indico_collector_failures_total{collector=\"next\"}", 0.0));
        assertThat(scrape.family("indico_collector_failing"))
                .containsExactly(
                        Map.entry("indico_collector_failing{collector=\"mine\",reason=\"" + reason + "\"}", 1.0));
        assertThat(scrape.isUp()).isTrue();
        assertThat(scrape.databaseErrors()).isEmpty();
    }

    @Test
    void theLastGoodValuesOfOneThatFailsAreServedUpToTheMaximumAge() {
        AtomicBoolean fails = new AtomicBoolean();
        TestCollector collector = TestCollector.sql("mine", "SELECT 7").beforeSending(context -> {
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
