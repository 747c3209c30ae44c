package io.getindico.metrics.collectors.rooms;

import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.Indico;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoomsTest {
    @RegisterExtension
    private static final Indico INDICO = new Indico();

    @ParameterizedTest(name = "reservable {0}, {1}, with confirmation {2}")
    @CsvSource({"false,PUBLIC,false", "true,PUBLIC,false", "false,PROTECTED,false", "false,PUBLIC,true"})
    void eachFlagCountsInItsOwnGauge(boolean reservable, ProtectionMode protection, boolean confirmation) {
        room(reservable, protection, confirmation).insert();
        assertCounts(1, reservable ? 1 : 0, protection == ProtectionMode.PROTECTED ? 1 : 0, confirmation ? 1 : 0);
    }

    @Test
    void aDeletedRoomCountsNowhere() {
        room(true, ProtectionMode.PROTECTED, true).with(ROOMS.IS_DELETED, true).insert();
        assertCounts(0, 0, 0, 0);
    }

    @Test
    void aRoomInADeletedLocationCounts() {
        int location =
                INDICO.rows().row(LOCATIONS).with(LOCATIONS.IS_DELETED, true).insert();
        room(true, ProtectionMode.PROTECTED, true)
                .with(ROOMS.LOCATION_ID, location)
                .insert();
        assertCounts(1, 1, 1, 1);
    }

    private static IndicoRows.Row room(boolean reservable, ProtectionMode protection, boolean confirmation) {
        return INDICO.rows()
                .row(ROOMS)
                .with(ROOMS.IS_RESERVABLE, reservable)
                .with(ROOMS.PROTECTION_MODE, protection)
                .with(ROOMS.RESERVATIONS_NEED_CONFIRMATION, confirmation);
    }

    private static void assertCounts(double all, double active, double restricted, double withConfirmation) {
        assertThat(INDICO.read("rooms").values())
                .containsAllEntriesOf(Map.of(
                        "indico_num_rooms", all,
                        "indico_num_active_rooms", active,
                        "indico_num_restricted_rooms", restricted,
                        "indico_num_rooms_with_confirmation", withConfirmation));
    }
}
