package io.getindico.metrics.exporter.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.FamilyHistory.Step;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeriodTest {
    @ParameterizedTest
    @CsvSource({
        "2026-06-01T10:59:59.999Z, 2026-06-01T06:00:00Z",
        "2026-06-01T11:00:00Z,     2026-06-01T08:00:00Z",
        "2026-06-01T12:30:00Z,     2026-06-01T08:00:00Z",
        "2026-06-01T02:59:59Z,     2026-05-31T22:00:00Z"
    })
    void theLatestEndIsAnEvenHourAtLeastThreeHoursAgo(Instant now, Instant expected) {
        assertThat(Period.latestUntil(now)).isEqualTo(expected);
    }

    @Test
    void theDefaultStartIsTwentyYearsBeforeTheEnd() {
        assertThat(Period.defaultFrom(Instant.parse("2026-06-01T06:00:00Z")))
                .isEqualTo(Instant.parse("2006-06-01T06:00:00Z"));
    }

    /** Both ends have a value if they are full steps. */
    @ParameterizedTest
    @CsvSource({
        "2026-05-30T00:00:00Z, 2026-06-01T00:00:00Z, DAY,  2026-05-30T00:00:00Z, 3",
        "2026-05-30T00:00:01Z, 2026-05-31T23:59:59Z, DAY,  2026-05-31T00:00:00Z, 1",
        "2026-05-31T00:00:01Z, 2026-05-31T23:59:59Z, DAY,  2026-06-01T00:00:00Z, 0",
        "2026-05-31T22:00:00Z, 2026-06-01T00:00:00Z, HOUR, 2026-05-31T22:00:00Z, 3",
        "2026-05-31T22:00:01Z, 2026-06-01T00:59:59Z, HOUR, 2026-05-31T23:00:00Z, 2"
    })
    void theValuesAreAtFullStepsFromTheStartToTheEnd(Instant from, Instant until, Step step, Instant first, int steps) {
        Period period = new Period(from, until);
        assertThat(period.first(step)).isEqualTo(first);
        assertThat(period.steps(step)).isEqualTo(steps);
    }
}
