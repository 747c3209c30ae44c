package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.collectors.bookings.BookingRows.LOCAL_NOW;
import static io.getindico.metrics.collectors.bookings.BookingRows.room;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.ReservationState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.LocalDateTime;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BookingsCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new BookingsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        for (ReservationState state : ReservationState.values()) {
            book(rows, room(rows, false), state, LOCAL_NOW.plusHours(1));
            book(rows, room(rows, true), state, LOCAL_NOW.plusHours(1));
        }
    }

    @ParameterizedTest
    @CsvSource({"PENDING,1,1,1", "ACCEPTED,1,1,0", "CANCELLED,1,1,0", "REJECTED,1,0,0"})
    void theStateDecidesWhereABookingCounts(
            ReservationState state,
            double all,
            double valid,
            double pending,
            IndicoDatabase database,
            IndicoRows rows) {
        book(rows, room(rows, false), state, LOCAL_NOW.plusHours(1));
        assertCounts(database, all, valid, pending);
    }

    @ParameterizedTest
    @CsvSource({"PENDING", "ACCEPTED", "CANCELLED", "REJECTED"})
    void aBookingOfADeletedRoomCountsNowhere(ReservationState state, IndicoDatabase database, IndicoRows rows) {
        book(rows, room(rows, true), state, LOCAL_NOW.plusHours(1));
        assertCounts(database, 0, 0, 0);
    }

    @ParameterizedTest(name = "{0} ticks from now: {1}")
    @CsvSource({"-1,0", "0,1", "1,1"})
    void aPendingBookingCountsUntilItsEndIncluded(int end, double expected, IndicoDatabase database, IndicoRows rows) {
        book(rows, room(rows, false), ReservationState.PENDING, LOCAL_NOW.plus(TICK.multipliedBy(end)));
        assertCounts(database, 1, 1, expected);
    }

    @ParameterizedTest
    @CsvSource({"1,3", "3,1"})
    void theBookingsOfAllRoomsAddUp(int inOneRoom, int inAnother, IndicoDatabase database, IndicoRows rows) {
        int room = room(rows, false);
        for (int i = 0; i < inOneRoom; i++) {
            book(rows, room, ReservationState.PENDING, LOCAL_NOW);
        }
        int other = room(rows, false);
        int deleted = room(rows, true);
        for (int i = 0; i < inAnother; i++) {
            book(rows, other, ReservationState.REJECTED, LOCAL_NOW);
            book(rows, deleted, ReservationState.ACCEPTED, LOCAL_NOW);
        }
        assertCounts(database, inOneRoom + inAnother, inOneRoom, inOneRoom);
    }

    private static void book(IndicoRows rows, int room, ReservationState state, LocalDateTime end) {
        rows.row(RESERVATIONS)
                .with(RESERVATIONS.ROOM_ID, room)
                .with(RESERVATIONS.STATE, state)
                .with(RESERVATIONS.START_DT, LOCAL_NOW.minusDays(1))
                .with(RESERVATIONS.END_DT, end)
                .insert();
    }

    private void assertCounts(IndicoDatabase database, double all, double valid, double pending) {
        assertThat(BookingRows.values(collector(), database))
                .isEqualTo(Map.of(
                        "indico_num_bookings", all,
                        "indico_num_valid_bookings", valid,
                        "indico_num_pending_bookings", pending));
    }
}
