package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.collectors.Indico.LOCAL_NOW;
import static io.getindico.metrics.collectors.Indico.TICK;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.Indico;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.time.LocalDateTime;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BookingsTest {
    @RegisterExtension
    private static final Indico INDICO = new Indico();

    @ParameterizedTest
    @CsvSource({"PENDING,1,1,1", "ACCEPTED,1,1,0", "CANCELLED,1,1,0", "REJECTED,1,0,0"})
    void theStateDecidesWhereABookingCounts(ReservationState state, int all, int valid, int pending) {
        book(room(false), state, LOCAL_NOW.plusHours(1));
        assertCounts(all, valid, pending);
    }

    @ParameterizedTest
    @CsvSource({"PENDING", "ACCEPTED", "CANCELLED", "REJECTED"})
    void aBookingOfADeletedRoomCountsNowhere(ReservationState state) {
        book(room(true), state, LOCAL_NOW.plusHours(1));
        assertCounts(0, 0, 0);
    }

    @ParameterizedTest(name = "{0} ticks from now: {1}")
    @CsvSource({"-1,0", "0,1", "1,1"})
    void aPendingBookingCountsUntilItsEndIncluded(int end, int expected) {
        book(room(false), ReservationState.PENDING, LOCAL_NOW.plus(TICK.multipliedBy(end)));
        assertCounts(1, 1, expected);
    }

    @ParameterizedTest
    @CsvSource({"1,3", "3,1"})
    void theBookingsOfAllRoomsAddUp(int inOneRoom, int inAnother) {
        int room = room(false);
        for (int i = 0; i < inOneRoom; i++) {
            book(room, ReservationState.PENDING, LOCAL_NOW);
        }
        int other = room(false);
        int deleted = room(true);
        for (int i = 0; i < inAnother; i++) {
            book(other, ReservationState.REJECTED, LOCAL_NOW);
            book(deleted, ReservationState.ACCEPTED, LOCAL_NOW);
        }
        assertCounts(inOneRoom + inAnother, inOneRoom, inOneRoom);
    }

    private static int room(boolean isDeleted) {
        return INDICO.rows()
                .row(ROOMS)
                .with(ROOMS.IS_DELETED, isDeleted)
                .with(ROOMS.IS_RESERVABLE, false)
                .insert();
    }

    private static void book(int room, ReservationState state, LocalDateTime end) {
        INDICO.rows()
                .row(RESERVATIONS)
                .with(RESERVATIONS.ROOM_ID, room)
                .with(RESERVATIONS.STATE, state)
                .with(RESERVATIONS.START_DT, LOCAL_NOW.minusDays(1))
                .with(RESERVATIONS.END_DT, end)
                .insert();
    }

    private static void assertCounts(double all, double valid, double pending) {
        assertThat(INDICO.read("bookings").values())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "indico_num_bookings", all,
                        "indico_num_valid_bookings", valid,
                        "indico_num_pending_bookings", pending));
    }
}
