package io.getindico.metrics.collectors.rooms;

import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoomsCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new RoomsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        room(rows, true, ProtectionMode.PUBLIC, false).insert();
        room(rows, false, ProtectionMode.PROTECTED, false).insert();
        room(rows, false, ProtectionMode.PUBLIC, true).insert();
    }

    @ParameterizedTest(name = "reservable {0}, {1}, with confirmation {2}")
    @CsvSource({"false,PUBLIC,false", "true,PUBLIC,false", "false,PROTECTED,false", "false,PUBLIC,true"})
    void eachFlagCountsInItsOwnGauge(
            boolean reservable,
            ProtectionMode protection,
            boolean confirmation,
            IndicoDatabase database,
            IndicoRows rows) {
        room(rows, reservable, protection, confirmation).insert();
        assertCounts(
                database, 1, reservable ? 1 : 0, protection == ProtectionMode.PROTECTED ? 1 : 0, confirmation ? 1 : 0);
    }

    @Test
    void aDeletedRoomCountsNowhere(IndicoDatabase database, IndicoRows rows) {
        room(rows, true, ProtectionMode.PROTECTED, true)
                .with(ROOMS.IS_DELETED, true)
                .insert();
        assertCounts(database, 0, 0, 0, 0);
    }

    @Test
    void aRoomInADeletedLocationCounts(IndicoDatabase database, IndicoRows rows) {
        int location = rows.row(LOCATIONS).with(LOCATIONS.IS_DELETED, true).insert();
        room(rows, true, ProtectionMode.PROTECTED, true)
                .with(ROOMS.LOCATION_ID, location)
                .insert();
        assertCounts(database, 1, 1, 1, 1);
    }

    private static IndicoRows.Row room(
            IndicoRows rows, boolean reservable, ProtectionMode protection, boolean confirmation) {
        return rows.row(ROOMS)
                .with(ROOMS.IS_RESERVABLE, reservable)
                .with(ROOMS.PROTECTION_MODE, protection)
                .with(ROOMS.RESERVATIONS_NEED_CONFIRMATION, confirmation);
    }

    private void assertCounts(
            IndicoDatabase database, double all, double active, double restricted, double withConfirmation) {
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of(
                        "indico_num_rooms", all,
                        "indico_num_active_rooms", active,
                        "indico_num_restricted_rooms", restricted,
                        "indico_num_rooms_with_confirmation", withConfirmation));
    }
}
