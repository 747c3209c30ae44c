package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static io.getindico.metrics.api.RefreshClass.LIVE;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock is set, stands still with the process, or goes over from winter to summer. */
class ClockFaultTest extends FaultTest {
    /** An engine with the host's own clock, which then also measures ages. */
    @ParameterizedTest
    @ValueSource(strings = {"PT-1H", "PT1H", "P-30D", "P30D"})
    void theClockIsSet(Duration step) {
        Witness witness = witness(SessionWatch.named(database()));
        clock.advance(step);
        Exposition during = witness.scrape("during");
        assertThat(during.isUp()).as("%s", during).isTrue();
        assertThat(during.value("test_now")).isEqualTo(1);
        assertThat(during.value("indico_collector_last_success_timestamp_seconds{collector=\"users\"}"))
                .isEqualTo(clock.epochSeconds());
        clock.advance(TTL);
        assertThat(Witness.isWell(witness.scrape("after"))).isTrue();
    }

    /** While a heavy collector runs, the process stops for ten hours, as on a machine that sleeps. */
    @Test
    void aSuspendedHeavyCollectorCountsForAtMostItsBudget() {
        TestCollector heavy = TestCollector.gauge("heavy", context -> {
                    clock.advance(Duration.ofHours(10));
                    return 1;
                })
                .in(HEAVY);
        IndicoMetrics metrics = open(heavy);
        Await.until("it is read", () -> glance(metrics).success("heavy") != null);
        Exposition after = glance(metrics);
        assertThat(after.value("indico_collector_duration_seconds{collector=\"heavy\"}"))
                .isEqualTo(36000);
        assertThat(after.value("indico_collector_ttl_seconds{collector=\"heavy\"}"))
                .as("the TTL that the budget earns")
                .isEqualTo(15000);
    }

    /** An occurrence from 01:30 to 03:30 on the wall: in spring it lasts one hour, in autumn three. */
    @ParameterizedTest
    @ValueSource(strings = {"2026-03-29T00:00:00Z", "2026-10-24T23:00:00Z"})
    void summerTimeBeginsAndEnds(Instant localOne) {
        ownDatabase();
        boolean spring = localOne.toString().contains("-03-");
        LocalDateTime day = LocalDateTime.parse(spring ? "2026-03-29T00:00" : "2026-10-25T00:00");
        IndicoRows.into(database().dsl())
                .row(RESERVATION_OCCURRENCES)
                .with(RESERVATION_OCCURRENCES.STATE, ReservationOccurrenceState.VALID)
                .with(RESERVATION_OCCURRENCES.START_DT, day.plusMinutes(90))
                .with(RESERVATION_OCCURRENCES.END_DT, day.plusMinutes(210))
                .insert();
        MetricFamily family = TestCollector.family("ongoing");
        TestCollector ongoing = TestCollector.of(
                        "ongoing",
                        family,
                        context -> List.of(TestCollector.count(
                                family,
                                RESERVATION_OCCURRENCES,
                                RESERVATION_OCCURRENCES.START_DT.le(context.localNow()),
                                RESERVATION_OCCURRENCES.END_DT.gt(context.localNow()))))
                .in(LIVE);
        SessionWatch sessions = closing(SessionWatch.of(database()));
        IndicoMetrics metrics = open(engine(SessionWatch.named(database()), ongoing));
        Witness witness = new Witness(metrics, clock, sessions);
        List<Integer> expected = spring ? List.of(0, 1, 1, 0, 0, 0, 0, 0) : List.of(0, 1, 1, 1, 1, 1, 1, 0);
        for (int halfHour = 0; halfHour < expected.size(); halfHour++) {
            clock.set(localOne.plus(Duration.ofMinutes(30L * halfHour)));
            Exposition scrape = witness.scrape(clock.instant().toString());
            assertThat(scrape.value("test_ongoing"))
                    .as(clock.instant().toString())
                    .isEqualTo(expected.get(halfHour).doubleValue());
            assertThat(scrape.isUp()).isTrue();
        }
    }
}
