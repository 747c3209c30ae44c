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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class OngoingBookingOccurrencesCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new OngoingBookingOccurrencesCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        BookingRows.severalDays(rows);
    }

    @ParameterizedTest(name = "{0} of a booking {1} in a room deleted {2}")
    @MethodSource("io.getindico.metrics.collectors.bookings.BookingRows#states")
    void onlyValidOnesOfAcceptedBookingsInLiveRoomsGoOn(
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
    void oneGoesOnBetweenItsStartAndItsEndBothExcluded(
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
        insertRows(rows);
        assertOngoing(database, 2);
    }

    private void assertOngoing(IndicoDatabase database, double expected) {
        assertThat(BookingRows.values(collector(), database))
                .isEqualTo(Map.of("indico_num_ongoing_booking_occurrences", expected));
    }
}
