package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.TimeSource.Moment;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TimeSourceTest {
    @Test
    void roundsInstantsDownToMicroseconds() {
        Instant fine = Instant.parse("2026-03-01T12:00:00.123456999Z");
        TimeSource time = TimeSource.of(Clock.fixed(fine, ZoneOffset.UTC));
        assertThat(time.now().instant()).isEqualTo(Instant.parse("2026-03-01T12:00:00.123456Z"));
    }

    @Test
    void aSimulatedClockMovesBothTimes() {
        Clock clock = Clock.fixed(ManualTime.START, ZoneOffset.UTC);
        Moment before = TimeSource.of(clock).now();
        Moment after =
                TimeSource.of(Clock.offset(clock, Duration.ofSeconds(90))).now();
        assertThat(after.since(before)).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void measuresAgeEvenIfTheMonotonicTimeOverflows() {
        ManualTime time = new ManualTime();
        Moment before = time.now();
        Moment after = time.stepClock(Duration.ofDays(-1))
                .advance(Duration.ofSeconds(2))
                .now();
        assertThat(after.nanos()).isLessThan(before.nanos());
        assertThat(after.since(before)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void anAgeIsReachedAtItsExactNanosecond() {
        ManualTime time = new ManualTime();
        Moment before = time.now();
        Duration age = Duration.ofSeconds(3);
        assertThat(time.advance(age.minusNanos(1)).now().isAtLeast(age, before)).isFalse();
        assertThat(time.advance(Duration.ofNanos(1)).now().isAtLeast(age, before))
                .isTrue();
    }

    @Test
    void ifTheHostsClockIsSetBackEverythingIsDueAndNothingIsFresh() {
        ManualTime time = new ManualTime();
        Moment later = time.now();
        Moment before = time.advance(Duration.ofHours(-1)).now();
        assertThat(before.isAtLeast(Duration.ofDays(1), later)).isTrue();
        assertThat(before.isWithin(Duration.ofDays(1), later)).isFalse();
        assertThat(later.isWithin(Duration.ofHours(1), before)).isTrue();
        assertThat(later.isWithin(Duration.ofHours(1).minusNanos(1), before)).isFalse();
    }
}
