package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.DatabaseFacts.Skip;
import io.getindico.metrics.api.engine.QueryState.Attempt;
import io.getindico.metrics.api.engine.QueryState.Result;
import java.time.Duration;
import java.util.List;
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

    /** Not a nanosecond before, and from then on. */
    private void assertDueAfter(Duration pause, RegisteredQuery query, QueryState state) {
        Freshness freshness = new Freshness(settings.build());
        time.advance(pause.minusNanos(1));
        assertThat(freshness.isDue(query, state, time.now())).isFalse();
        time.advance(Duration.ofNanos(1));
        assertThat(freshness.isDue(query, state, time.now())).isTrue();
    }

    /** Until then, and not a nanosecond after. */
    private void assertServedFor(Duration age, RegisteredQuery query, QueryState state, boolean timeDependent) {
        Freshness freshness = new Freshness(settings.build());
        time.advance(age);
        assertThat(freshness.isServed(query, state, timeDependent, time.now())).isTrue();
        time.advance(Duration.ofNanos(1));
        assertThat(freshness.isServed(query, state, timeDependent, time.now())).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasNeverTriedIsDueAndNotServed(RefreshClass refreshClass) {
        Freshness freshness = new Freshness(settings.build());
        assertThat(freshness.isDue(of(refreshClass), QueryState.NEVER_RUN, time.now()))
                .isTrue();
        assertThat(freshness.isServed(of(refreshClass), QueryState.NEVER_RUN, false, time.now()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"LIVE, PT55S", "STANDARD, PT285S", "HEAVY, PT24M"})
    void aRefreshIsDueWhenTheTtlEndsAndAHeavyOneAtFourFifthsOfIt(RefreshClass refreshClass, Duration pause) {
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
    @CsvSource({"PT0S, PT30M", "PT18S, PT30M", "PT18.001S, PT1800.1S", "PT2M, PT200M"})
    void theTtlOfAHeavyOneIsAtLeastAHundredTimesItsLastDuration(Duration lasted, Duration ttl) {
        assertThat(new Freshness(settings.build()).ttl(HEAVY, succeeded(lasted)))
                .isEqualTo(ttl);
    }

    @Test
    void aSlowHeavyOneIsDueAndServedByTheTtlItEarned() {
        QueryState slow = succeeded(Duration.ofMinutes(1));
        assertDueAfter(Duration.ofMinutes(80), HEAVY, slow);
        assertServedFor(Duration.ofMinutes(20), HEAVY, slow, true);
        assertServedFor(Duration.ofMinutes(100 + 2).minusNanos(1), HEAVY, slow, false);
    }

    @Test
    void aSlowOneOfAnotherClassKeepsItsTtl() {
        assertThat(new Freshness(settings.build()).ttl(STANDARD, succeeded(Duration.ofSeconds(9))))
                .isEqualTo(Duration.ofSeconds(285));
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCELLED_FOR_LOCK", "CONFLICT", "CONNECTION", "SOURCE", "CHANGED_UNDERNEATH"})
    void whatFailedForAPassingCauseIsTriedAgainWithinSeconds(FailureReason reason) {
        assertDueAfter(QUICK.plusSeconds(5), STANDARD, failed(reason, QUICK));
    }

    @ParameterizedTest
    @CsvSource({"1, PT5S", "2, PT10S", "3, PT20S", "4, PT40S", "5, PT1M", "6, PT1M", "1000, PT1M"})
    void whatFailsAgainAndAgainIsTriedEverMoreRarely(int failures, Duration pause) {
        QueryState state = succeeded(QUICK);
        for (int i = 0; i < failures; i++) {
            state = failed(state, FailureReason.CONFLICT, QUICK);
        }
        assertDueAfter(QUICK.plus(pause), STANDARD, state);
    }

    @Test
    void aSuccessInBetweenMakesTheNextFailureTheFirst() {
        QueryState twice =
                failed(failed(succeeded(QUICK), FailureReason.CONFLICT, QUICK), FailureReason.CONFLICT, QUICK);
        QueryState well = twice.after(new Attempt(time.now(), QUICK, new Result.Success(List.of(), null)));
        assertDueAfter(QUICK.plusSeconds(5), STANDARD, failed(well, FailureReason.CONFLICT, QUICK));
    }

    @Test
    void theDatabaseRestsAtLeastAsLongAsItWorkedForAFailure() {
        assertDueAfter(Duration.ofSeconds(80), HEAVY, failed(FailureReason.CANCELLED_FOR_LOCK, Duration.ofSeconds(40)));
    }

    @Test
    void aHeavyQueryDoesNotWaitForLongerThanItsBudgetEarns() {
        QueryState state = succeeded(Duration.ofHours(10));
        assertThat(new Freshness(settings.build()).ttl(HEAVY, state)).isEqualTo(Duration.ofMinutes(200));
    }

    @Test
    void theTtlIsNotWaitedBeyond() {
        settings.ttl(RefreshClass.LIVE, Duration.ofSeconds(3));
        assertDueAfter(Duration.ofSeconds(3), LIVE, failed(FailureReason.CONFLICT, QUICK));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"CANCELLED_FOR_LOCK", "CONFLICT", "CONNECTION", "SOURCE", "CHANGED_UNDERNEATH"},
            mode = Mode.EXCLUDE)
    void whatFailedForAnotherCauseWaitsAsAfterASuccess(FailureReason reason) {
        assertDueAfter(Duration.ofSeconds(285), STANDARD, failed(reason, QUICK));
        assertDueAfter(Duration.ofMinutes(24), HEAVY, failed(reason, QUICK));
    }

    @Test
    void whatGotNoConnectionIsDueAtOnce() {
        QueryState state = failed(FailureReason.CONNECTION, Duration.ZERO);
        assertThat(new Freshness(settings.build()).isDue(HEAVY, state, time.now()))
                .isTrue();
    }

    @Test
    void whatWasSkippedIsLookedAtAgainWhenTheTtlEnds() {
        Skip skip = TestFacts.skip(SkipReason.TABLE_MISSING, "x");
        assertDueAfter(
                Duration.ofSeconds(285),
                STANDARD,
                QueryState.NEVER_RUN.after(new Attempt(time.now(), QUICK, new Result.Skipped(skip))));
    }

    @ParameterizedTest
    @CsvSource({"LIVE, PT55S, PT112S", "STANDARD, PT285S, PT580S", "HEAVY, PT30M, PT62M"})
    void valuesAreServedForTwoTtlsAndABudgetAndThoseThatFollowTheClockForOne(
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
    void whatIsFreshIsNotTooOldWhateverTheMaximumAge() {
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
    void aQuickFailureLeavesTheTtlThatASlowHeavyOneEarned(FailureReason reason) {
        QueryState slow = succeeded(Duration.ofSeconds(100));
        Duration ttl = Duration.ofSeconds(100 * 100);
        Duration later = ttl.multipliedBy(4).dividedBy(5);
        time.advance(later);
        QueryState after =
                slow.after(new Attempt(time.now(), Duration.ZERO, new Result.Failed(new Failure(reason, "x"))));
        assertThat(new Freshness(settings.build()).ttl(HEAVY, after)).isEqualTo(ttl);
        assertServedFor(ttl.minus(later), HEAVY, after, true);
        assertServedFor(ttl.plusMinutes(2).minusNanos(1), HEAVY, after, false);
    }

    @Test
    void aFailureThatTookLongerEarnsTheLongerTtlUntilASuccess() {
        QueryState slow = succeeded(QUICK)
                .after(new Attempt(
                        time.now(),
                        Duration.ofSeconds(100),
                        new Result.Failed(new Failure(FailureReason.TIMEOUT, "x"))));
        Freshness freshness = new Freshness(settings.build());
        assertThat(freshness.ttl(HEAVY, slow)).isEqualTo(Duration.ofSeconds(10_000));
        QueryState quick = slow.after(new Attempt(time.now(), QUICK, new Result.Success(List.of(), null)));
        assertThat(freshness.ttl(HEAVY, quick)).isEqualTo(Duration.ofMinutes(30));
    }

    @ParameterizedTest
    @CsvSource({"P-30D", "P30D"})
    void aStepOfTheClockChangesNothing(Duration step) {
        QueryState state = succeeded(QUICK);
        time.stepClock(step);
        assertDueAfter(Duration.ofSeconds(55), LIVE, state);
        assertServedFor(Duration.ZERO, LIVE, state, true);
    }

    /** A heavy one is refreshed before its TTL is over, which is 100 times its duration at least. */
    @ParameterizedTest
    @CsvSource({"LIVE, PT0.55S, 0.01", "STANDARD, PT2.85S, 0.01", "HEAVY, PT14.4S, 0.01", "HEAVY, PT60S, 0.0125"})
    void aCoreIsTakenForAsLongAsAReadingTakesOfThePauseBetweenTwo(
            RefreshClass refreshClass, Duration duration, double ratio) {
        assertThat(new Freshness(settings.build()).coreRatio(of(refreshClass), succeeded(duration)))
                .isEqualTo(ratio);
    }

    @Test
    void noCoreIsTakenWhereNoConnectionIsHad() {
        assertThat(new Freshness(settings.build()).coreRatio(LIVE, failed(FailureReason.CONNECTION, Duration.ZERO)))
                .isZero();
    }
}
