package io.getindico.metrics.api.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock and a monotonic time that a test moves, together or the clock alone. */
final class ManualTime {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private Instant wall = START;

    // Soon beyond the range, as System.nanoTime() may be.
    private long nanos = Long.MAX_VALUE - Duration.ofMillis(500).toNanos();

    TimeSource source() {
        return new TimeSource(new WallClock(), this::nanos);
    }

    TimeSource.Moment now() {
        return source().now();
    }

    synchronized ManualTime advance(Duration duration) {
        wall = wall.plus(duration);
        nanos += duration.toNanos();
        return this;
    }

    /** Someone sets the clock: no time passes. */
    synchronized ManualTime stepClock(Duration duration) {
        wall = wall.plus(duration);
        return this;
    }

    private synchronized Instant wall() {
        return wall;
    }

    private synchronized long nanos() {
        return nanos;
    }

    private final class WallClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return wall();
        }
    }
}
