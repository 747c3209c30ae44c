package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.RunTimes.Phase;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RunLimitsTest {
    private static final Duration BUDGET = Duration.ofSeconds(2);
    private static final Duration NANO = Duration.ofNanos(1);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final RunTimes times = new RunTimes(now::get);
    private final RunLimits limits = new RunLimits("query-budget.live", BUDGET, Duration.ofSeconds(1));

    private void spend(Phase phase, Duration duration) {
        times.begin(phase);
        now.addAndGet(duration.toNanos());
    }

    private void assertThatItEndsIn(Duration left, FailureReason reason, String detail) {
        now.addAndGet(left.minus(NANO).toNanos());
        assertThat(limits.exceeded(times)).isNull();
        now.incrementAndGet();
        assertThat(limits.exceeded(times)).isEqualTo(new Failure(reason, detail));
    }

    @Test
    void theBudgetCountsOnlyTheDatabasesWork() {
        spend(Phase.NOT_CONNECTED, Duration.ofHours(1));
        spend(Phase.CONNECTING, Duration.ofSeconds(9));
        spend(Phase.JAVA, Duration.ofSeconds(4));
        spend(Phase.DATABASE, Duration.ofMillis(1500));
        spend(Phase.JAVA, Duration.ofMillis(500));
        spend(Phase.DATABASE, Duration.ZERO);
        assertThatItEndsIn(
                Duration.ofMillis(500),
                FailureReason.TIMEOUT,
                "the refresh was cancelled after the query budget of 2 s (query-budget.live)");
    }

    @Test
    void javaMayUseTheRestOfTheDatabasesBudget() {
        spend(Phase.DATABASE, Duration.ofMillis(250));
        spend(Phase.JAVA, Duration.ZERO);
        assertThatItEndsIn(
                Duration.ofMillis(6750),
                FailureReason.TIMEOUT,
                "the refresh was cancelled after 7 s, of which the database worked for 0.25 s:"
                        + " the collector hangs, or Java gets too little processor time");
    }

    @Test
    void eachConnectionHasItsOwnLimit() {
        spend(Phase.CONNECTING, Duration.ofSeconds(9));
        spend(Phase.NOT_CONNECTED, Duration.ZERO);
        spend(Phase.CONNECTING, Duration.ZERO);
        assertThatItEndsIn(
                Duration.ofSeconds(10), FailureReason.CONNECTION, "no connection could be opened within 10 s");
    }

    @Test
    void noTransactionOfAHistoryTakesOverAMinute() {
        EngineSettings settings = new TestSettings()
                .queryBudget(RefreshClass.HEAVY, Duration.ofHours(1))
                .build();
        RunLimits history = RunLimits.ofHistory(settings, Duration.ofHours(1));
        assertThat(history.queryBudget().plus(RunLimits.JAVA)).isEqualTo(Duration.ofSeconds(60));
        assertThat(history.ofStatement()).isEqualTo("the query budget is 55 s (the limit of a history)");
    }

    @Test
    void aHistoryHasTheBudgetOfHeavyCollectorsOrItsOwnIfThatIsShorter() {
        EngineSettings settings = new TestSettings()
                .queryBudget(RefreshClass.HEAVY, Duration.ofSeconds(20))
                .build();
        assertThat(RunLimits.ofHistory(settings, Duration.ofHours(1)).ofStatement())
                .isEqualTo("the query budget is 20 s (query-budget.heavy)");
        assertThat(RunLimits.ofHistory(settings, Duration.ofSeconds(3)).ofStatement())
                .isEqualTo("the query budget is 3 s (the limit of a history)");
    }
}
