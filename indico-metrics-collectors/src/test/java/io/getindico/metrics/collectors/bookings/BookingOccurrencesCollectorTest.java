package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.collectors.bookings.BookingRows.LOCAL_NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class BookingOccurrencesCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new BookingOccurrencesCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        BookingRows.severalDays(rows);
    }

    @ParameterizedTest(name = "{0} of a booking {1} in a room deleted {2}")
    @MethodSource("io.getindico.metrics.collectors.bookings.BookingRows#states")
    void onlyValidOnesOfAcceptedBookingsInLiveRoomsAreValid(
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
        assertCounts(database, 1, isValid ? 1 : 0);
        for (ReservationOccurrenceState state : ReservationOccurrenceState.values()) {
            assertThat(BookingRows.values(collector(), database))
                    .containsEntry(
                            "indico_room_booking_occurrences{state=\""
                                    + state.name().toLowerCase(Locale.ROOT) + "\"}",
                            state == occurrence && !isDeleted ? 1.0 : 0.0);
        }
    }

    @Test
    void aStateOfAFutureReleaseIsUnknown(IndicoDatabase database, IndicoRows rows) {
        BookingRows.occur(
                rows,
                BookingRows.booking(rows, ReservationState.ACCEPTED, false),
                ReservationOccurrenceState.VALID,
                LOCAL_NOW,
                LOCAL_NOW);
        database.dsl()
                .execute("ALTER TABLE roombooking.reservation_occurrences"
                        + " DROP CONSTRAINT ck_reservation_occurrences_valid_enum_state;"
                        + " UPDATE roombooking.reservation_occurrences SET state = 1");
        assertCounts(database, 1, 0);
        assertThat(BookingRows.values(collector(), database))
                .containsEntry("indico_room_booking_occurrences{state=\"unknown\"}", 1.0);
    }

    @ParameterizedTest(name = "{0} to {1} ticks from now")
    @CsvSource({"-2,-1", "-1,0", "-1,1", "0,1", "0,0", "1,2"})
    void pastAndFutureOnesAreValidToo(int start, int end, IndicoDatabase database, IndicoRows rows) {
        BookingRows.occur(
                rows,
                BookingRows.booking(rows, ReservationState.ACCEPTED, false),
                ReservationOccurrenceState.VALID,
                LOCAL_NOW.plus(TICK.multipliedBy(start)),
                LOCAL_NOW.plus(TICK.multipliedBy(end)));
        assertCounts(database, 1, 1);
    }

    @Test
    void eachDayOfABookingCounts(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertCounts(database, 7, 6);
    }

    private void assertCounts(IndicoDatabase database, double all, double valid) {
        assertThat(BookingRows.values(collector(), database))
                .containsAllEntriesOf(Map.of(
                        "indico_num_booking_occurrences", all,
                        "indico_num_valid_booking_occurrences", valid));
    }
}
