package io.getindico.metrics.api.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/** The time of day, and a monotonic time that measures ages and is not affected by clock changes. */
record TimeSource(Clock clock, LongSupplier nanoTime) {
    static TimeSource system() {
        return new TimeSource(Clock.systemUTC(), System::nanoTime);
    }

    /** Takes both times from one clock, for simulated time. */
    static TimeSource of(Clock clock) {
        return new TimeSource(clock, () -> ChronoUnit.NANOS.between(Instant.EPOCH, clock.instant()));
    }

    Moment now() {
        return new Moment(inMicroseconds(clock.instant()), nanoTime.getAsLong());
    }

    /** Truncates to PostgreSQL's precision; PostgreSQL would round a finer instant, possibly to a later one. */
    static Instant inMicroseconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    /** One point in time on both clocks. */
    record Moment(Instant instant, long nanos) {
        Duration since(Moment earlier) {
            return Duration.ofNanos(nanos - earlier.nanos);
        }

        /**
         * Whether this moment is at least this much later. Also true if the host's clock was set back: otherwise
         * nothing would happen until the clock catches up.
         */
        boolean isAtLeast(Duration age, Moment earlier) {
            Duration since = since(earlier);
            return since.isNegative() || since.compareTo(age) >= 0;
        }

        /**
         * Whether this moment is at most this much later. False if the host's clock was set back, because the age is
         * then unknown.
         */
        boolean isWithin(Duration age, Moment earlier) {
            Duration since = since(earlier);
            return !since.isNegative() && since.compareTo(age) <= 0;
        }
    }
}
