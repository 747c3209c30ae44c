package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.collectors.Indico.LOCAL_NOW;
import static io.getindico.metrics.collectors.Indico.TICK;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.Indico;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BookingOccurrencesTest {
    @RegisterExtension
    private static final Indico INDICO = new Indico();

    static Stream<Arguments> states() {
        return Arrays.stream(ReservationOccurrenceState.values())
                .flatMap(occurrence -> Arrays.stream(ReservationState.values())
                        .flatMap(booking ->
                                Stream.of(false, true).map(isDeleted -> Arguments.of(occurrence, booking, isDeleted))));
    }

    @ParameterizedTest(name = "{0} of a booking {1} in a room deleted {2}")
    @MethodSource("states")
    void onlyValidOnesOfAcceptedBookingsInLiveRoomsAreValid(
            ReservationOccurrenceState occurrence, ReservationState booking, boolean isDeleted) {
        int expected =
                occurrence == ReservationOccurrenceState.VALID && booking == ReservationState.ACCEPTED && !isDeleted
                        ? 1
                        : 0;
        occur(booking(booking, isDeleted), occurrence, LOCAL_NOW.minusHours(1), LOCAL_NOW.plusHours(1));
        assertCounts(1, expected, expected);
    }

    @ParameterizedTest(name = "{0} to {1} ticks from now: {2}")
    @CsvSource({"-2,-1,0", "-1,0,0", "-1,1,1", "0,1,0", "0,0,0", "1,2,0"})
    void oneGoesOnBetweenItsStartAndItsEndBothExcluded(int start, int end, int expected) {
        occur(
                booking(ReservationState.ACCEPTED, false),
                ReservationOccurrenceState.VALID,
                LOCAL_NOW.plus(TICK.multipliedBy(start)),
                LOCAL_NOW.plus(TICK.multipliedBy(end)));
        assertCounts(1, 1, expected);
    }

    @Test
    void eachDayOfABookingCounts() {
        int booking = booking(ReservationState.ACCEPTED, false);
        for (int day = -3; day < 2; day++) {
            LocalDateTime noon = LOCAL_NOW.plusDays(day);
            occur(booking, ReservationOccurrenceState.VALID, noon.minusHours(1), noon.plusHours(1));
        }
        occur(booking, ReservationOccurrenceState.CANCELLED, LOCAL_NOW.minusMinutes(5), LOCAL_NOW.plusHours(1));
        occur(booking, ReservationOccurrenceState.VALID, LOCAL_NOW.minusMinutes(7), LOCAL_NOW.plusHours(1));
        assertCounts(7, 6, 2);
    }

    private static int booking(ReservationState state, boolean roomIsDeleted) {
        int room =
                INDICO.rows().row(ROOMS).with(ROOMS.IS_DELETED, roomIsDeleted).insert();
        return INDICO.rows()
                .row(RESERVATIONS)
                .with(RESERVATIONS.ROOM_ID, room)
                .with(RESERVATIONS.STATE, state)
                .insert();
    }

    private static void occur(int booking, ReservationOccurrenceState state, LocalDateTime start, LocalDateTime end) {
        INDICO.rows()
                .row(RESERVATION_OCCURRENCES)
                .with(RESERVATION_OCCURRENCES.RESERVATION_ID, booking)
                .with(RESERVATION_OCCURRENCES.STATE, state)
                .with(RESERVATION_OCCURRENCES.START_DT, start)
                .with(RESERVATION_OCCURRENCES.END_DT, end)
                .insert();
    }

    private static void assertCounts(double all, double valid, double ongoing) {
        assertThat(INDICO.read("booking_occurrences", "ongoing_booking_occurrences")
                        .values())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "indico_num_booking_occurrences", all,
                        "indico_num_valid_booking_occurrences", valid,
                        "indico_num_ongoing_booking_occurrences", ongoing));
    }
}
