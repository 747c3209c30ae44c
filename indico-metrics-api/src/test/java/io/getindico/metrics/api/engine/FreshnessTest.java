package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.QueryState.Attempt;
import io.getindico.metrics.api.engine.QueryState.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class FreshnessTest {
    private static final Duration QUICK = Duration.ofMillis(20);
    private static final RegisteredQuery LIVE =
            TestCollector.named("live").of(RefreshClass.LIVE).query();
    private static final RegisteredQuery STANDARD =
            TestCollector.named("standard").of(RefreshClass.STANDARD).query();
    private static final RegisteredQuery HEAVY =
            TestCollector.named("heavy").of(RefreshClass.HEAVY).query();

    private final ManualTime time = new ManualTime();
    private final TestSettings settings = new TestSettings().time(time.source());

    private static RegisteredQuery of(RefreshClass refreshClass) {
        return switch (refreshClass) {
            case LIVE -> LIVE;
            case STANDARD -> STANDARD;
            case HEAVY -> HEAVY;
        };
    }

    private QueryState succeeded(Duration duration) {
        return QueryState.NEVER_RUN.after(new Attempt(time.now(), duration, new Result.Success(List.of(), null)));
    }

    private QueryState failed(FailureReason reason, Duration duration) {
        return failed(QueryState.NEVER_RUN, reason, duration);
    }

    private QueryState failed(QueryState before, FailureReason reason, Duration duration) {
        return before.after(new Attempt(time.now(), duration, new Result.Failed(new Failure(reason, "x"))));
    }

    /** The only query. */
    private Freshness alone(RegisteredQuery query, QueryState state) {
        return Freshness.of(settings.build(), Map.of(query, state));
    }

    private Duration ttl(RegisteredQuery query, QueryState state) {
        return alone(query, state).ttl(query, state);
    }

    /** Asserts that it becomes due exactly after this time. */
    private void assertDueAfter(Duration pause, RegisteredQuery query, QueryState state) {
        Freshness freshness = alone(query, state);
        time.advance(pause.minusNanos(1));
        assertThat(freshness.isDue(query, state, time.now())).isFalse();
        time.advance(Duration.ofNanos(1));
        assertThat(freshness.isDue(query, state, time.now())).isTrue();
    }

    /** Asserts that it is served exactly until this time. */
    private void assertServedFor(Duration age, RegisteredQuery query, QueryState state, boolean timeDependent) {
        Freshness freshness = alone(query, state);
        time.advance(age);
        assertThat(freshness.isServed(query, state, timeDependent, time.now())).isTrue();
        time.advance(Duration.ofNanos(1));
        assertThat(freshness.isServed(query, state, timeDependent, time.now())).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aQueryThatWasNeverTriedIsDueAndNotServed(RefreshClass refreshClass) {
        Freshness freshness = alone(of(refreshClass), QueryState.NEVER_RUN);
        assertThat(freshness.isDue(of(refreshClass), QueryState.NEVER_RUN, time.now()))
                .isTrue();
        assertThat(freshness.isServed(of(refreshClass), QueryState.NEVER_RUN, false, time.now()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"LIVE, PT55S", "STANDARD, PT285S", "HEAVY, PT24M"})
    void aRefreshIsDueAtTheTtlOrForAHeavyQueryAtFourFifthsOfIt(RefreshClass refreshClass, Duration pause) {
        assertDueAfter(pause, of(refreshClass), succeeded(QUICK));
    }

    @ParameterizedTest
    @CsvSource({"LIVE, PT44S", "STANDARD, PT228S", "HEAVY, PT24M"})
    void theTimerRefreshesEveryClassAtFourFifthsOfTheTtl(RefreshClass refreshClass, Duration pause) {
        settings.timer();
        assertDueAfter(pause, of(refreshClass), succeeded(QUICK));
    }

    @Test
    void theTtlOfAClassCanBeSet() {
        settings.ttl(RefreshClass.LIVE, Duration.ofSeconds(10));
        assertDueAfter(Duration.ofSeconds(10), LIVE, succeeded(QUICK));
    }

    @Test
    void theTtlOfACollectorWinsOverThatOfItsClass() {
        settings.ttl("standard", Duration.ofSeconds(7)).ttl("live", Duration.ofHours(1));
        assertDueAfter(Duration.ofSeconds(7), STANDARD, succeeded(QUICK));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT30M", "PT14.4S, PT30M", "PT14.401S, PT1800.125S", "PT2M, PT250M"})
    void theTtlOfAHeavyQueryStretchesToStayWithinTheShare(Duration lasted, Duration ttl) {
        assertThat(ttl(HEAVY, succeeded(lasted))).isEqualTo(ttl);
    }

    @Test
    void aSlowHeavyCollectorKeepsItsStretchedTtl() {
        QueryState slow = succeeded(Duration.ofMinutes(1));
        assertDueAfter(Duration.ofMinutes(100), HEAVY, slow);
        assertServedFor(Duration.ofMinutes(25), HEAVY, slow, true);
        assertServedFor(Duration.ofMinutes(125 + 2).minusNanos(1), HEAVY, slow, false);
    }

    @Test
    void theTtlOfAStandardQueryStretchesToo() {
        assertThat(ttl(STANDARD, succeeded(Duration.ofSeconds(9)))).isEqualTo(Duration.ofSeconds(900));
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCELLED_FOR_LOCK", "CONFLICT", "CONNECTION", "SOURCE", "CHANGED_UNDERNEATH"})
    void aTransientFailureIsRetriedWithinSeconds(FailureReason reason) {
        assertDueAfter(QUICK.plusSeconds(5), STANDARD, failed(reason, QUICK));
    }

    @ParameterizedTest
    @CsvSource({"1, PT5S", "2, PT10S", "3, PT20S", "4, PT40S", "5, PT1M", "6, PT1M", "1000, PT1M"})
    void repeatedFailuresAreRetriedAfterGrowingPauses(int failures, Duration pause) {
        QueryState state = succeeded(QUICK);
        for (int i = 0; i < failures; i++) {
            state = failed(state, FailureReason.CONFLICT, QUICK);
        }
        assertDueAfter(QUICK.plus(pause), STANDARD, state);
    }

    @Test
    void aSuccessResetsThePauseAfterFailures() {
        QueryState twice =
                failed(failed(succeeded(QUICK), FailureReason.CONFLICT, QUICK), FailureReason.CONFLICT, QUICK);
        QueryState well = twice.after(new Attempt(time.now(), QUICK, new Result.Success(List.of(), null)));
        assertDueAfter(QUICK.plusSeconds(5), STANDARD, failed(well, FailureReason.CONFLICT, QUICK));
    }

    @Test
    void thePauseAfterAFailureIsAtLeastAsLongAsTheFailureTook() {
        assertDueAfter(Duration.ofSeconds(80), HEAVY, failed(FailureReason.CANCELLED_FOR_LOCK, Duration.ofSeconds(40)));
    }

    @Test
    void theBudgetLimitsHowFarTheTtlStretches() {
        QueryState state = succeeded(Duration.ofHours(10));
        assertThat(ttl(HEAVY, state)).isEqualTo(Duration.ofMinutes(250));
    }

    @Test
    void aRetryWaitsNoLongerThanTheTtl() {
        settings.ttl(RefreshClass.LIVE, Duration.ofSeconds(3));
        assertDueAfter(Duration.ofSeconds(3), LIVE, failed(FailureReason.CONFLICT, QUICK));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"CANCELLED_FOR_LOCK", "CONFLICT", "CONNECTION", "SOURCE", "CHANGED_UNDERNEATH"},
            mode = Mode.EXCLUDE)
    void aPermanentFailureWaitsAsLongAsASuccess(FailureReason reason) {
        assertDueAfter(Duration.ofSeconds(285), STANDARD, failed(reason, QUICK));
        assertDueAfter(Duration.ofMinutes(24), HEAVY, failed(reason, QUICK));
    }

    @Test
    void aQueryThatGotNoConnectionIsDueAtOnce() {
        QueryState state = failed(FailureReason.CONNECTION, Duration.ZERO);
        assertThat(alone(HEAVY, state).isDue(HEAVY, state, time.now())).isTrue();
    }

    @Test
    void aSkippedQueryIsCheckedAgainWhenTheTtlEnds() {
        Skip skip = TestFacts.skip(SkipReason.TABLE_MISSING, "x");
        assertDueAfter(
                Duration.ofSeconds(285),
                STANDARD,
                QueryState.NEVER_RUN.after(new Attempt(time.now(), QUICK, new Result.Skipped(skip))));
    }

    @ParameterizedTest
    @CsvSource({"LIVE, PT55S, PT112S", "STANDARD, PT285S, PT580S", "HEAVY, PT30M, PT62M"})
    void servesValuesForTwoTtlsAndABudgetButTimeDependentOnesForOneTtl(
            RefreshClass refreshClass, Duration ttl, Duration maxAge) {
        assertServedFor(ttl, of(refreshClass), succeeded(QUICK), true);
        assertServedFor(maxAge, of(refreshClass), succeeded(QUICK), false);
    }

    @Test
    void theMaximumAgeCanBeSet() {
        settings.maxAge(Duration.ofHours(6));
        assertServedFor(Duration.ofHours(6), LIVE, succeeded(QUICK), false);
        assertServedFor(Duration.ofSeconds(55), LIVE, succeeded(QUICK), true);
    }

    @Test
    void aFreshValueIsServedForAnyMaximumAge() {
        settings.maxAge(Duration.ofSeconds(10));
        assertServedFor(Duration.ofMinutes(30), HEAVY, succeeded(QUICK), false);
    }

    @Test
    void aFailureLeavesTheAgeOfTheLastValuesAsItIs() {
        QueryState state = succeeded(QUICK);
        time.advance(Duration.ofSeconds(285));
        QueryState after =
                state.after(new Attempt(time.now(), QUICK, new Result.Failed(new Failure(FailureReason.QUERY, "x"))));
        assertServedFor(Duration.ofSeconds(580 - 285), STANDARD, after, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTION", "CANCELLED_FOR_LOCK", "QUERY"})
    void aQuickFailureKeepsTheStretchedTtl(FailureReason reason) {
        QueryState slow = succeeded(Duration.ofSeconds(100));
        Duration ttl = Duration.ofSeconds(125 * 100);
        Duration later = ttl.multipliedBy(4).dividedBy(5);
        time.advance(later);
        QueryState after =
                slow.after(new Attempt(time.now(), Duration.ZERO, new Result.Failed(new Failure(reason, "x"))));
        assertThat(ttl(HEAVY, after)).isEqualTo(ttl);
        assertServedFor(ttl.minus(later), HEAVY, after, true);
        assertServedFor(ttl.plusMinutes(2).minusNanos(1), HEAVY, after, false);
    }

    @Test
    void aSlowFailureStretchesTheTtlUntilASuccess() {
        QueryState slow = succeeded(QUICK)
                .after(new Attempt(
                        time.now(),
                        Duration.ofSeconds(100),
                        new Result.Failed(new Failure(FailureReason.TIMEOUT, "x"))));
        assertThat(ttl(HEAVY, slow)).isEqualTo(Duration.ofSeconds(12_500));
        QueryState quick = slow.after(new Attempt(time.now(), QUICK, new Result.Success(List.of(), null)));
        assertThat(ttl(HEAVY, quick)).isEqualTo(Duration.ofMinutes(30));
    }

    @ParameterizedTest
    @CsvSource({"P-30D", "P30D"})
    void aStepOfTheClockChangesNothing(Duration step) {
        QueryState state = succeeded(QUICK);
        time.stepClock(step);
        assertDueAfter(Duration.ofSeconds(55), LIVE, state);
        assertServedFor(Duration.ZERO, LIVE, state, true);
    }

    @ParameterizedTest
    @CsvSource({"LIVE, PT0.55S, 0.01", "STANDARD, PT2.85S, 0.01", "HEAVY, PT14.4S, 0.01", "HEAVY, PT60S, 0.01"})
    void theShareOfACoreIsTheDurationDividedByThePause(RefreshClass refreshClass, Duration duration, double ratio) {
        assertThat(alone(of(refreshClass), succeeded(duration)).coreRatio(of(refreshClass), succeeded(duration)))
                .isEqualTo(ratio);
    }

    @Test
    void aQueryWithoutAConnectionTakesNoShareOfACore() {
        QueryState state = failed(FailureReason.CONNECTION, Duration.ZERO);
        assertThat(alone(LIVE, state).coreRatio(LIVE, state)).isZero();
    }

    @Test
    void allQueriesTogetherTakeNoMoreThanTheShare() {
        settings.databaseShare(0.02);
        Map<RegisteredQuery, QueryState> states = Map.of(
                LIVE, succeeded(Duration.ofSeconds(1)),
                STANDARD, succeeded(Duration.ofSeconds(9)),
                HEAVY, succeeded(Duration.ofMinutes(1)));
        Freshness freshness = Freshness.of(settings.build(), states);
        double sum = states.entrySet().stream()
                .mapToDouble(entry -> freshness.coreRatio(entry.getKey(), entry.getValue()))
                .sum();
        assertThat(sum).isCloseTo(0.02, Offset.offset(1e-6));
    }
}
