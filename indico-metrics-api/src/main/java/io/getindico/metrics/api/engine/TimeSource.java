package io.getindico.metrics.api.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/** The time of day, and a time that no clock step disturbs: ages are measured by the second. */
record TimeSource(Clock clock, LongSupplier nanoTime) {
    static TimeSource system() {
        return new TimeSource(Clock.systemUTC(), System::nanoTime);
    }

    /** Both times from one clock, for simulated time. */
    static TimeSource of(Clock clock) {
        return new TimeSource(clock, () -> ChronoUnit.NANOS.between(Instant.EPOCH, clock.instant()));
    }

    Moment now() {
        return new Moment(inMicroseconds(clock.instant()), nanoTime.getAsLong());
    }

    /** As PostgreSQL's timestamps are: a finer instant would be rounded up, beyond itself. */
    static Instant inMicroseconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    /** One point on both time lines. */
    record Moment(Instant instant, long nanos) {
        Duration since(Moment earlier) {
            return Duration.ofNanos(nanos - earlier.nanos);
        }

        /** True as well where a clock of the host's was set back, or nothing would happen until it is there again. */
        boolean isAtLeast(Duration age, Moment earlier) {
            Duration since = since(earlier);
            return since.isNegative() || since.compareTo(age) >= 0;
        }

        /** False as well where a clock of the host's was set back: who knows how long ago that was. */
        boolean isWithin(Duration age, Moment earlier) {
            Duration since = since(earlier);
            return !since.isNegative() && since.compareTo(age) <= 0;
        }
    }
}
