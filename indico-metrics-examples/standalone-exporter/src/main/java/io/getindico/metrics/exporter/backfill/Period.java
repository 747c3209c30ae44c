package io.getindico.metrics.exporter.backfill;

import io.getindico.metrics.api.FamilyHistory.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** The period that the file covers. */
public record Period(Instant from, Instant until) {
    private static final int YEARS = 20;

    /** Prometheus keeps the last two to three hours in memory. A file that reaches into them mixes with live values. */
    private static final Duration HEAD = Duration.ofHours(3);

    private static final Duration BLOCK = Duration.ofHours(2);

    /** The latest end that Prometheus does not have in memory. */
    public static Instant latestUntil(Instant now) {
        return floor(now.minus(HEAD), BLOCK);
    }

    /** The start, if the user gives none. */
    public static Instant defaultFrom(Instant until) {
        return until.atOffset(ZoneOffset.UTC).minusYears(YEARS).toInstant();
    }

    Instant first(Step step) {
        Duration length = step.duration();
        return floor(from.plus(length).minusNanos(1), length);
    }

    int steps(Step step) {
        Duration all = Duration.between(first(step), until);
        return all.isNegative() ? 0 : Math.toIntExact(all.dividedBy(step.duration()) + 1);
    }

    private static Instant floor(Instant instant, Duration length) {
        return Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), length.toSeconds()) * length.toSeconds());
    }
}
