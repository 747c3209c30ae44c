package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.collectors.bookings.BookingRows.LOCAL_NOW;
import static io.getindico.metrics.collectors.bookings.BookingRows.room;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.LocalDateTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class OngoingBookingOccurrencesCollectorTest extends CollectorContract {
    private static final String STARTING = "indico_room_bookings_starting_1h";

    @Override
    protected MetricCollector collector() {
        return new OngoingBookingOccurrencesCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        BookingRows.severalDays(rows);
        int bookings = 0;
        for (ReservationState state : ReservationState.values()) {
            bookings++;
            for (int i = 0; i < bookings; i++) {
                int booking = BookingRows.booking(rows, state, false);
                BookingRows.occur(rows, booking, ReservationOccurrenceState.VALID, LOCAL_NOW, LOCAL_NOW.plusHours(1));
            }
        }
        occur(rows, room(rows, false), LOCAL_NOW.minusHours(1), LOCAL_NOW);
        occur(rows, room(rows, false), LOCAL_NOW.minusDays(2), LOCAL_NOW.plusHours(1));
        occur(rows, room(rows, true), LOCAL_NOW, LOCAL_NOW.plusHours(1));
        occur(rows, room(rows, false), LOCAL_NOW.plus(TICK), LOCAL_NOW.plusHours(2));
        occur(rows, room(rows, false), LOCAL_NOW.plusHours(1), LOCAL_NOW.plusHours(2));
        occur(rows, room(rows, false), LOCAL_NOW.plusHours(1).plus(TICK), LOCAL_NOW.plusHours(2));
    }

    @ParameterizedTest(name = "{0} of a booking {1} in a room deleted {2}")
    @MethodSource("io.getindico.metrics.collectors.bookings.BookingRows#states")
    void onlyValidOnesOfAcceptedBookingsInLiveRoomsAreOngoing(
            ReservationOccurrenceState occurrence,
            ReservationState booking,
            boolean isDeleted,
            IndicoDatabase database,
            IndicoRows rows) {
        BookingRows.occur(
                rows,
                BookingRows.booking(rows, booking, isDeleted),
                occurrence,
                LOCAL_NOW.minusHours(1),
                LOCAL_NOW.plusHours(1));
        boolean isValid =
                occurrence == ReservationOccurrenceState.VALID && booking == ReservationState.ACCEPTED && !isDeleted;
        assertOngoing(database, isValid ? 1 : 0);
    }

    @ParameterizedTest(name = "{0} to {1} ticks from now: {2}")
    @CsvSource({"-2,-1,0", "-1,0,0", "-1,1,1", "0,1,0", "0,0,0", "1,2,0"})
    void anOccurrenceIsOngoingBetweenItsStartAndEndExclusive(
            int start, int end, double expected, IndicoDatabase database, IndicoRows rows) {
        BookingRows.occur(
                rows,
                BookingRows.booking(rows, ReservationState.ACCEPTED, false),
                ReservationOccurrenceState.VALID,
                LOCAL_NOW.plus(TICK.multipliedBy(start)),
                LOCAL_NOW.plus(TICK.multipliedBy(end)));
        assertOngoing(database, expected);
    }

    @Test
    void severalOfOneBookingCount(IndicoDatabase database, IndicoRows rows) {
        BookingRows.severalDays(rows);
        assertOngoing(database, 2);
    }

    private void assertOngoing(IndicoDatabase database, double expected) {
        assertThat(BookingRows.values(collector(), database))
                .containsEntry("indico_num_ongoing_booking_occurrences", expected);
    }

    @ParameterizedTest(name = "{0} of a booking {1} in a room deleted {2}")
    @MethodSource("io.getindico.metrics.collectors.bookings.BookingRows#states")
    void aRoomIsInUseByAValidOneOfAnAcceptedOrCancelledBooking(
            ReservationOccurrenceState occurrence,
            ReservationState booking,
            boolean isDeleted,
            IndicoDatabase database,
            IndicoRows rows) {
        BookingRows.occur(
                rows, BookingRows.booking(rows, booking, isDeleted), occurrence, LOCAL_NOW, LOCAL_NOW.plusHours(1));
        boolean isInUse = occurrence == ReservationOccurrenceState.VALID
                && (booking == ReservationState.ACCEPTED || booking == ReservationState.CANCELLED);
        assertThat(inUse(database)).isEqualTo(isDeleted ? Map.of() : Map.of("Site", isInUse ? 1.0 : 0.0));
    }

    @ParameterizedTest(name = "{0} to {1} ticks from now: {2}")
    @CsvSource({"-2,-1,0", "-1,0,0", "-1,1,1", "0,1,1", "0,0,0", "1,2,0"})
    void aRoomIsInUseFromTheStartUntilTheEnd(
            int start, int end, double expected, IndicoDatabase database, IndicoRows rows) {
        occur(
                rows,
                room(rows, false),
                LOCAL_NOW.plus(TICK.multipliedBy(start)),
                LOCAL_NOW.plus(TICK.multipliedBy(end)));
        assertThat(inUse(database)).isEqualTo(Map.of("Site", expected));
    }

    @ParameterizedTest(name = "{0} ticks: {1}")
    @CsvSource({"0,0", "1,1"})
    void anOccurrenceEndsWithinTwoDays(int ticks, double expected, IndicoDatabase database, IndicoRows rows) {
        occur(rows, room(rows, false), LOCAL_NOW.minusDays(2).plus(TICK.multipliedBy(ticks)), LOCAL_NOW.plusHours(1));
        assertThat(inUse(database)).isEqualTo(Map.of("Site", expected));
    }

    @Test
    void aRoomIsInUseOnceAndEachLocationHasASeries(IndicoDatabase database, IndicoRows rows) {
        int room = room(rows, false);
        occur(rows, room, LOCAL_NOW, LOCAL_NOW.plusHours(1));
        occur(rows, room, LOCAL_NOW, LOCAL_NOW.plusHours(2));
        room(rows, false);
        int annex = rows.row(LOCATIONS).with(LOCATIONS.NAME, "Annex").insert();
        rows.row(ROOMS)
                .with(ROOMS.LOCATION_ID, annex)
                .with(ROOMS.IS_DELETED, false)
                .insert();
        assertThat(inUse(database)).isEqualTo(Map.of("Annex", 0.0, "Site", 1.0));
    }

    @ParameterizedTest(name = "{0} ticks after {1} hours: {2}")
    @CsvSource({"0,0,0", "1,0,1", "0,1,1", "1,1,0"})
    void oneStartsSoonIfItStartsAfterNowAndWithinTheHour(
            int ticks, int hours, double expected, IndicoDatabase database, IndicoRows rows) {
        LocalDateTime start = LOCAL_NOW.plusHours(hours).plus(TICK.multipliedBy(ticks));
        occur(rows, room(rows, false), start, start.plusHours(1));
        assertThat(BookingRows.values(collector(), database)).containsEntry(STARTING, expected);
    }

    @ParameterizedTest(name = "{0} of a booking {1} in a room deleted {2}")
    @MethodSource("io.getindico.metrics.collectors.bookings.BookingRows#states")
    void onlyValidOnesOfAcceptedBookingsInLiveRoomsStart(
            ReservationOccurrenceState occurrence,
            ReservationState booking,
            boolean isDeleted,
            IndicoDatabase database,
            IndicoRows rows) {
        LocalDateTime start = LOCAL_NOW.plusMinutes(5);
        BookingRows.occur(rows, BookingRows.booking(rows, booking, isDeleted), occurrence, start, start.plusHours(1));
        boolean isValid =
                occurrence == ReservationOccurrenceState.VALID && booking == ReservationState.ACCEPTED && !isDeleted;
        assertThat(BookingRows.values(collector(), database)).containsEntry(STARTING, isValid ? 1.0 : 0.0);
    }

    private static void occur(IndicoRows rows, int room, LocalDateTime start, LocalDateTime end) {
        BookingRows.occur(
                rows,
                BookingRows.booking(rows, room, ReservationState.ACCEPTED),
                ReservationOccurrenceState.VALID,
                start,
                end);
    }

    private Map<String, Double> inUse(IndicoDatabase database) {
        return BookingRows.byLocation("indico_rooms_in_use", BookingRows.values(collector(), database));
    }
}
