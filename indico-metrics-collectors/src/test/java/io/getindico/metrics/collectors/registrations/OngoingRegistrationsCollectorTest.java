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
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class OngoingRegistrationsCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new OngoingRegistrationsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        register(RegistrationRows.of(rows, NOW, NOW));
        register(RegistrationRows.of(rows, NOW.minusSeconds(1), NOW.plusSeconds(1)));
        register(RegistrationRows.of(rows, NOW.plus(TICK), NOW.plusSeconds(1)));
        register(RegistrationRows.of(rows, NOW.minusSeconds(1), NOW.minus(TICK)));
        register(RegistrationRows.of(rows, NOW, NOW, true, false));
        register(RegistrationRows.of(rows, NOW, NOW, false, true));
        RegistrationRows.of(rows, NOW, NOW);
    }

    private static void register(RegistrationRows event) {
        for (RegistrationState state : RegistrationState.values()) {
            event.add(state, NOW);
        }
        event.row(RegistrationState.COMPLETE)
                .with(REGISTRATIONS.CHECKED_IN, true)
                .insert();
        event.row(RegistrationState.COMPLETE)
                .with(REGISTRATIONS.IS_DELETED, true)
                .insert();
    }

    @Test
    void severalOngoingEventsAddUp(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertOngoing(database, 2 * 1, 2 * 3);
    }

    @ParameterizedTest
    @EnumSource
    void rejectedAndWithdrawnRegistrationsDoNotCount(
            RegistrationState state, IndicoDatabase database, IndicoRows rows) {
        RegistrationRows event = RegistrationRows.of(rows, NOW, NOW);
        event.add(state, NOW);
        event.row(state).with(REGISTRATIONS.CHECKED_IN, true).insert();
        boolean isOut = state == RegistrationState.REJECTED || state == RegistrationState.WITHDRAWN;
        assertOngoing(database, isOut ? 0 : 1, isOut ? 0 : 1);
    }

    @ParameterizedTest(name = "from {0} to {1} ticks: {2}")
    @CsvSource({"-2,-1,0", "-1,0,1", "0,0,1", "0,1,1", "1,2,0"})
    void anEventGoesOnFromItsStartToItsEndBothIncluded(
            int start, int end, double expected, IndicoDatabase database, IndicoRows rows) {
        RegistrationRows.of(rows, NOW.plus(TICK.multipliedBy(start)), NOW.plus(TICK.multipliedBy(end)))
                .add(RegistrationState.UNPAID, NOW);
        assertOngoing(database, 0, expected);
    }

    @ParameterizedTest(name = "a deleted registration {0}, event {1}, form {2}")
    @CsvSource({"true,false,false", "false,true,false", "false,false,true"})
    void deletedOnesDoNotCount(
            boolean isDeleted,
            boolean eventIsDeleted,
            boolean formIsDeleted,
            IndicoDatabase database,
            IndicoRows rows) {
        RegistrationRows.of(rows, NOW, NOW, eventIsDeleted, formIsDeleted)
                .row(RegistrationState.COMPLETE)
                .with(REGISTRATIONS.IS_DELETED, isDeleted)
                .insert();
        assertOngoing(database, 0, 0);
    }

    @Test
    void aRegistrationOfAnUnknownStateIsExpected(IndicoDatabase database, IndicoRows rows) {
        int future = RegistrationRows.of(rows, NOW, NOW)
                .row(RegistrationState.REJECTED)
                .with(REGISTRATIONS.SUBMITTED_DT, NOW)
                .insert();
        UnknownCode.set(database, REGISTRATIONS.STATE, future);
        assertOngoing(database, 0, 1);
    }

    @Test
    void theYears1And9999DoNoHarm(IndicoDatabase database, IndicoRows rows) {
        RegistrationRows.of(rows, Instant.parse("0001-01-01T00:00:00Z"), Instant.parse("9999-12-31T23:59:59Z"))
                .add(RegistrationState.COMPLETE, NOW);
        assertOngoing(database, 0, 1);
    }

    private void assertOngoing(IndicoDatabase database, double checkedIn, double expected) {
        SortedMap<String, Double> values = ExpositionText.values(ExpositionText.of(collector(), database));
        assertThat(values)
                .isEqualTo(Map.of(
                        "indico_ongoing_registrations{state=\"checked_in\"}", checkedIn,
                        "indico_ongoing_registrations{state=\"expected\"}", expected));
    }
}
