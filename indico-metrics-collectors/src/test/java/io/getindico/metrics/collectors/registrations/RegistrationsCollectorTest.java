package io.getindico.metrics.collectors.registrations;

import static io.getindico.metrics.jooq.event_registration.tables.Registrations.REGISTRATIONS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.RegistrationState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistrationsCollectorTest extends CollectorContract {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(400));
    private static final String OLDEST_PENDING = "indico_registrations_oldest_pending_timestamp_seconds";
    private static final String NEWEST = "indico_registrations_newest_timestamp_seconds";

    @Override
    protected MetricCollector collector() {
        return new RegistrationsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        RegistrationRows upcoming = RegistrationRows.of(rows, NOW.plus(TICK), NOW.plus(HOUR));
        RegistrationRows ongoing = RegistrationRows.of(rows, NOW.minus(HOUR), NOW);
        RegistrationRows past = RegistrationRows.of(rows, NOW.minus(HOUR), NOW.minus(TICK));
        RegistrationRows ofDeletedEvent = RegistrationRows.of(rows, NOW, NOW, true, false);
        RegistrationRows ofDeletedForm = RegistrationRows.of(rows, NOW, NOW, false, true);
        int number = 0;
        for (RegistrationState state : RegistrationState.values()) {
            number++;
            for (int i = 0; i < number; i++) {
                upcoming.add(state, LONG_AGO.plusSeconds(number));
                ongoing.add(state, LONG_AGO.plusSeconds(60 + number));
                past.add(state, LONG_AGO);
                ofDeletedEvent.row(state).with(REGISTRATIONS.CHECKED_IN, true).insert();
                ofDeletedForm.row(state).with(REGISTRATIONS.CHECKED_IN, true).insert();
            }
            ongoing.row(state)
                    .with(REGISTRATIONS.IS_DELETED, true)
                    .with(REGISTRATIONS.SUBMITTED_DT, LONG_AGO.minusSeconds(number))
                    .insert();
        }
        upcoming.row(RegistrationState.COMPLETE)
                .with(REGISTRATIONS.CHECKED_IN, true)
                .with(REGISTRATIONS.SUBMITTED_DT, NOW.plus(TICK))
                .insert();
        ongoing.row(RegistrationState.COMPLETE)
                .with(REGISTRATIONS.CHECKED_IN, true)
                .with(REGISTRATIONS.IS_DELETED, true)
                .insert();
        for (int days : new int[] {1, 7, 30}) {
            ongoing.add(RegistrationState.COMPLETE, NOW.minus(Duration.ofDays(days)));
            ofDeletedEvent.add(
                    RegistrationState.COMPLETE, NOW.minus(Duration.ofDays(days)).plus(TICK));
        }
        past.add(RegistrationState.COMPLETE, NOW);
    }

    @ParameterizedTest(name = "from {0} to {1} ticks: {2}")
    @CsvSource({"1,2,upcoming", "0,0,ongoing", "-1,0,ongoing", "0,1,ongoing", "-2,-1,past"})
    void aRegistrationHasThePhaseOfItsEvent(
            int start, int end, String phase, IndicoDatabase database, IndicoRows rows) {
        RegistrationRows.of(rows, NOW.plus(TICK.multipliedBy(start)), NOW.plus(TICK.multipliedBy(end)))
                .add(RegistrationState.UNPAID, NOW);
        assertThat(values(database))
                .containsEntry("indico_registrations{event_phase=\"" + phase + "\",state=\"unpaid\"}", 1.0);
    }

    @ParameterizedTest(name = "a deleted registration {0}, event {1}, form {2}")
    @CsvSource({"false,false,false,1", "true,false,false,0", "false,true,false,0", "false,false,true,0"})
    void deletedRegistrationsCountOnlyAsActivity(
            boolean isDeleted,
            boolean eventIsDeleted,
            boolean formIsDeleted,
            double expected,
            IndicoDatabase database,
            IndicoRows rows) {
        RegistrationRows.of(rows, NOW, NOW, eventIsDeleted, formIsDeleted)
                .row(RegistrationState.PENDING)
                .with(REGISTRATIONS.IS_DELETED, isDeleted)
                .with(REGISTRATIONS.CHECKED_IN, true)
                .with(REGISTRATIONS.SUBMITTED_DT, NOW)
                .insert();
        assertThat(values(database))
                .containsEntry("indico_registrations{event_phase=\"ongoing\",state=\"pending\"}", expected)
                .containsEntry("indico_checked_in_registrations", expected)
                .containsEntry("indico_registrations_submitted_1d", 1.0)
                .containsEntry(NEWEST, seconds(NOW));
        assertThat(values(database).containsKey(OLDEST_PENDING)).isEqualTo(expected == 1);
    }

    @ParameterizedTest(name = "{0} days")
    @CsvSource({"1", "7", "30"})
    void aWindowBeginsAfterItsLowerBoundAndEndsNow(int days, IndicoDatabase database, IndicoRows rows) {
        RegistrationRows event = RegistrationRows.of(rows, NOW, NOW);
        event.add(RegistrationState.REJECTED, NOW.minus(Duration.ofDays(days)));
        event.add(RegistrationState.REJECTED, NOW.minus(Duration.ofDays(days)).plus(TICK));
        event.add(RegistrationState.REJECTED, NOW);
        event.add(RegistrationState.REJECTED, NOW.plus(TICK));
        assertThat(values(database))
                .containsEntry("indico_registrations_submitted_" + days + "d", 2.0)
                .containsEntry(NEWEST, seconds(NOW));
    }

    @Test
    void anApprovalIsAwaitedUntilTheEventIsOver(IndicoDatabase database, IndicoRows rows) {
        RegistrationRows.of(rows, LONG_AGO, NOW.minus(TICK)).add(RegistrationState.PENDING, LONG_AGO);
        RegistrationRows event = RegistrationRows.of(rows, LONG_AGO, NOW);
        event.add(RegistrationState.UNPAID, LONG_AGO);
        assertThat(values(database)).doesNotContainKey(OLDEST_PENDING);
        event.add(RegistrationState.PENDING, NOW.minusSeconds(5));
        event.add(RegistrationState.PENDING, NOW.minusSeconds(7));
        assertThat(values(database)).containsEntry(OLDEST_PENDING, seconds(NOW.minusSeconds(7)));
        RegistrationRows.of(rows, NOW.plus(HOUR), NOW.plus(HOUR)).add(RegistrationState.PENDING, NOW.minusSeconds(9));
        assertThat(values(database)).containsEntry(OLDEST_PENDING, seconds(NOW.minusSeconds(9)));
    }

    @Test
    void anUnknownStateIsUnknown(IndicoDatabase database, IndicoRows rows) {
        int future = RegistrationRows.of(rows, NOW, NOW)
                .row(RegistrationState.PENDING)
                .with(REGISTRATIONS.SUBMITTED_DT, NOW)
                .insert();
        UnknownCode.set(database, REGISTRATIONS.STATE, future);
        assertThat(values(database))
                .containsEntry("indico_registrations{event_phase=\"ongoing\",state=\"unknown\"}", 1.0)
                .containsEntry("indico_registrations_submitted_1d", 1.0)
                .doesNotContainKey(OLDEST_PENDING);
    }

    @Test
    void theYears1And9999DoNoHarm(IndicoDatabase database, IndicoRows rows) {
        Instant ancient = Instant.parse("0001-01-01T00:00:00Z");
        Instant ahead = Instant.parse("9999-12-31T23:59:59Z");
        RegistrationRows event = RegistrationRows.of(rows, ancient, ahead);
        event.add(RegistrationState.PENDING, ancient);
        event.add(RegistrationState.PENDING, ahead);
        assertThat(values(database))
                .containsEntry("indico_registrations{event_phase=\"ongoing\",state=\"pending\"}", 2.0)
                .containsEntry(OLDEST_PENDING, seconds(ancient))
                .containsEntry(NEWEST, seconds(ancient));
    }

    private static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
