package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.collectors.bookings.BookingRows.LOCAL_NOW;
import static io.getindico.metrics.collectors.bookings.BookingRows.room;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.ReservationState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BookingsCollectorTest extends CollectorContract {
    private static final String OLDEST_PENDING = "indico_room_bookings_oldest_pending_timestamp_seconds";

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
        pending(rows, room(rows, false), LOCAL_NOW, 40);
        pending(rows, room(rows, false), LOCAL_NOW, 50);
        int room = room(rows, false);
        for (int days : new int[] {1, 7, 30}) {
            created(rows, room, NOW.minus(Duration.ofDays(days)));
            created(rows, room, NOW.minus(Duration.ofDays(days)).plus(TICK));
        }
        created(rows, room, NOW);
        created(rows, room, NOW.plus(TICK));
    }

    @ParameterizedTest
    @CsvSource({"PENDING,1,1,1", "ACCEPTED,1,1,0", "CANCELLED,1,1,0", "REJECTED,1,0,0"})
    void countsABookingByItsState(
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

    @ParameterizedTest
    @CsvSource({"PENDING", "ACCEPTED", "CANCELLED", "REJECTED"})
    void eachBookingHasOneState(ReservationState state, IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        String series = "indico_room_bookings{state=\"" + state.name().toLowerCase(Locale.ROOT) + "\"}";
        double before = requireNonNull(BookingRows.values(collector(), database).get(series));
        book(rows, room(rows, false), state, LOCAL_NOW.minusDays(1));
        book(rows, room(rows, true), state, LOCAL_NOW.minusDays(1));
        assertThat(BookingRows.values(collector(), database)).containsEntry(series, before + 1);
    }

    @Test
    void aStateOfAFutureReleaseIsUnknown(IndicoDatabase database, IndicoRows rows) {
        UnknownCode.set(database, RESERVATIONS.STATE, created(rows, room(rows, false), NOW));
        assertThat(BookingRows.values(collector(), database))
                .containsEntry("indico_room_bookings{state=\"unknown\"}", 1.0)
                .containsEntry("indico_num_bookings", 1.0);
    }

    @Test
    void windowsBeginAfterTheirStartAndEndNow(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        // Four have the time that IndicoRows fills in, long ago.
        assertThat(BookingRows.values(collector(), database))
                .containsAllEntriesOf(Map.of(
                        "indico_room_bookings_created_1d", 2.0,
                        "indico_room_bookings_created_7d", 4.0,
                        "indico_room_bookings_created_30d", 6.0));
    }

    @Test
    void theOldestPendingIsNotOverAndInALiveRoom(IndicoDatabase database, IndicoRows rows) {
        int room = room(rows, false);
        pending(rows, room, LOCAL_NOW.minus(TICK), 9);
        pending(rows, room(rows, true), LOCAL_NOW, 8);
        rows.update(RESERVATIONS, pending(rows, room, LOCAL_NOW, 7), RESERVATIONS.STATE, ReservationState.ACCEPTED);
        assertThat(BookingRows.values(collector(), database)).doesNotContainKey(OLDEST_PENDING);
        pending(rows, room, LOCAL_NOW, 5);
        pending(rows, room, LOCAL_NOW, 6);
        assertThat(BookingRows.values(collector(), database))
                .containsEntry(
                        OLDEST_PENDING, (double) NOW.minus(Duration.ofDays(6)).toEpochMilli() / 1000 + 0.000456);
    }

    private static int pending(IndicoRows rows, int room, LocalDateTime end, int daysOld) {
        return rows.row(RESERVATIONS)
                .with(RESERVATIONS.ROOM_ID, room)
                .with(RESERVATIONS.STATE, ReservationState.PENDING)
                .with(RESERVATIONS.END_DT, end)
                .with(RESERVATIONS.CREATED_DT, NOW.minus(Duration.ofDays(daysOld)))
                .insert();
    }

    private static int created(IndicoRows rows, int room, Instant created) {
        return rows.row(RESERVATIONS)
                .with(RESERVATIONS.ROOM_ID, room)
                .with(RESERVATIONS.STATE, ReservationState.ACCEPTED)
                .with(RESERVATIONS.CREATED_DT, created)
                .insert();
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
                .containsAllEntriesOf(Map.of(
                        "indico_num_bookings", all,
                        "indico_num_valid_bookings", valid,
                        "indico_num_pending_bookings", pending));
    }
}
