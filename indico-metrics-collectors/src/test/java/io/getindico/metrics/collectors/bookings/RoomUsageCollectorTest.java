package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.collectors.bookings.BookingRows.room;
import static io.getindico.metrics.jooq.enums.ReservationOccurrenceState.VALID;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class RoomUsageCollectorTest extends CollectorContract {
    private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");

    /** A Monday. */
    private static final LocalDate TODAY = LocalDate.ofInstant(NOW, ZONE);

    private static final String BOOKED_TODAY = "indico_room_booked_today_seconds";
    private static final String BOOKED_7D = "indico_room_worktime_booked_7d_seconds";
    private static final String BOOKED_30D = "indico_room_worktime_booked_30d_seconds";
    private static final String AVAILABLE_7D = "indico_room_worktime_7d_seconds";
    private static final String AVAILABLE_30D = "indico_room_worktime_30d_seconds";

    @Override
    protected MetricCollector collector() {
        return new RoomUsageCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int hours = 0;
        for (ReservationState state : ReservationState.values()) {
            hours++;
            int booking = BookingRows.booking(rows, state, false);
            BookingRows.occur(rows, booking, VALID, TODAY.atTime(10, 0), TODAY.atTime(10 + hours, 0));
        }
        for (ReservationOccurrenceState state : ReservationOccurrenceState.values()) {
            hours++;
            int booking = BookingRows.booking(rows, ReservationState.ACCEPTED, false);
            for (int day : new int[] {-31, -30, -29, -28, -8, -7, -6, -4, -3, -1, 0, 1}) {
                LocalDateTime start = TODAY.plusDays(day).atStartOfDay();
                BookingRows.occur(rows, booking, state, start, start.plusHours(4 + hours));
                BookingRows.occur(rows, booking, state, start.plusHours(10), start.plusHours(20));
            }
        }
        book(rows, room(rows, true), TODAY.atTime(10, 0), TODAY.atTime(11, 0));
        book(
                rows,
                room(rows, true),
                TODAY.minusDays(3).atTime(10, 0),
                TODAY.minusDays(3).atTime(11, 0));
        rows.row(ROOMS)
                .with(ROOMS.LOCATION_ID, rows.row(LOCATIONS).insert())
                .with(ROOMS.IS_DELETED, false)
                .insert();
        // Indico has no occurrences like these.
        int room = room(rows, false);
        book(rows, room, TODAY.atStartOfDay(), TODAY.minusDays(3).atTime(12, 0));
        book(rows, room, TODAY.minusDays(3).atTime(9, 0), TODAY.atTime(12, 0));
        book(rows, room, TODAY.minusDays(30).atStartOfDay(), TODAY.atTime(12, 0));
        book(rows, room, TODAY.minusDays(31).atStartOfDay(), TODAY.atTime(13, 0));
    }

    @ParameterizedTest(name = "from {0} to {1}: {2} s")
    @CsvSource({
        "2026-06-15T00:00, 2026-06-16T00:00, 86400",
        "2026-06-15T23:59:59.5, 2026-06-16T00:00, 0.5",
        "2026-06-15T10:00, 2026-06-15T10:30, 1800",
        "2026-06-15T18:00, 2026-06-15T18:00, 0",
        "2026-06-14T23:00, 2026-06-15T00:00, 0",
        "2026-06-14T23:00, 2026-06-15T01:00, 3600",
        "2026-06-15T23:00, 2026-06-16T02:00, 3600",
        "2026-06-16T00:00, 2026-06-16T02:00, 0",
        "2026-06-15T12:00, 2026-06-15T11:00, 0",
        "2026-06-15T10:00, 9999-12-31T00:00, 50400",
        "2026-05-16T00:00, 2026-06-15T10:00, 36000",
        "2026-05-15T23:59, 2026-06-15T10:00, 0",
        "0001-01-01T00:00, 2026-06-15T10:00, 0"
    })
    void todayIsCutAtMidnight(
            LocalDateTime start, LocalDateTime end, double seconds, IndicoDatabase database, IndicoRows rows) {
        book(rows, room(rows, false), start, end);
        assertThat(values(database)).containsEntry(site(BOOKED_TODAY), seconds);
    }

    @ParameterizedTest(name = "until {0}: {1} s")
    @CsvSource({"infinity, 50400", "-infinity, 0"})
    void anInfiniteEndFailsNothing(String end, double seconds, IndicoDatabase database, IndicoRows rows) {
        book(rows, room(rows, false), TODAY.atTime(10, 0), TODAY.atTime(11, 0));
        database.dsl().execute("UPDATE roombooking.reservation_occurrences SET end_dt = CAST(? AS timestamp)", end);

        assertThat(values(database)).containsEntry(site(BOOKED_TODAY), seconds);
    }

    @ParameterizedTest(name = "{0} of a booking {1} in a room deleted {2}")
    @MethodSource("io.getindico.metrics.collectors.bookings.BookingRows#states")
    void todayCountsAcceptedAndCancelledBookingsAndWorkingTimeCountsAll(
            ReservationOccurrenceState occurrence,
            ReservationState booking,
            boolean isDeleted,
            IndicoDatabase database,
            IndicoRows rows) {
        int id = BookingRows.booking(rows, booking, isDeleted);
        BookingRows.occur(rows, id, occurrence, TODAY.atTime(10, 0), TODAY.atTime(11, 0));
        LocalDate friday = TODAY.minusDays(3);
        BookingRows.occur(rows, id, occurrence, friday.atTime(10, 0), friday.atTime(11, 0));
        boolean isValid = occurrence == ReservationOccurrenceState.VALID;
        boolean isToday = isValid && (booking == ReservationState.ACCEPTED || booking == ReservationState.CANCELLED);
        assertThat(BookingRows.byLocation(BOOKED_TODAY, values(database)))
                .isEqualTo(isDeleted ? Map.of() : Map.of("Site", isToday ? 3600.0 : 0.0));
        assertThat(BookingRows.byLocation(BOOKED_7D, values(database)))
                .isEqualTo(isDeleted ? Map.of() : Map.of("Site", isValid ? 3600.0 : 0.0));
    }

    @ParameterizedTest(name = "from {0} to {1}: {2} s")
    @CsvSource({
        "00:00, 23:59, 28800",
        "08:30, 12:30, 14400",
        "08:29, 08:31, 60",
        "12:29, 13:31, 120",
        "12:30, 13:30, 0",
        "13:30, 17:30, 14400",
        "17:29, 17:31, 60",
        "05:00, 08:30, 0",
        "17:30, 22:00, 0",
        "12:00, 10:00, 0"
    })
    void workingTimeIsCutAtTheHours(
            LocalTime start, LocalTime end, double seconds, IndicoDatabase database, IndicoRows rows) {
        LocalDate friday = TODAY.minusDays(3);
        book(rows, room(rows, false), friday.atTime(start), friday.atTime(end));
        assertThat(values(database))
                .containsEntry(site(BOOKED_7D), seconds)
                .containsEntry(site(BOOKED_30D), seconds)
                .containsEntry(site(BOOKED_TODAY), 0.0);
    }

    @ParameterizedTest(name = "{0} days from today: {1} of a week, {2} of 30 days")
    @CsvSource({
        "1,0,0", "0,0,0", "-1,0,0", "-2,0,0", "-3,1,1", "-4,1,1", "-7,1,1", "-10,0,1", "-28,0,1", "-31,0,0", "-32,0,0"
    })
    void workingDaysBeforeTodayCount(int day, int week, int month, IndicoDatabase database, IndicoRows rows) {
        LocalDate date = TODAY.plusDays(day);
        book(rows, room(rows, false), date.atTime(9, 0), date.atTime(10, 0));
        assertThat(values(database))
                .containsEntry(site(BOOKED_7D), week * 3600.0)
                .containsEntry(site(BOOKED_30D), month * 3600.0);
    }

    /** On that Wednesday the day 30 days before is a Monday. */
    @ParameterizedTest(name = "from {0} on: {1} s")
    @CsvSource({"2026-05-18T00:00,1800", "2026-05-17T23:59,0"})
    void theMonthBeginsAtMidnight(LocalDateTime start, double seconds, IndicoDatabase database, IndicoRows rows) {
        book(rows, room(rows, false), start, LocalDateTime.parse("2026-05-18T09:00"));
        assertThat(values(database, "2026-06-17T12:00:00Z")).containsEntry(site(BOOKED_30D), seconds);
    }

    @ParameterizedTest(name = "from {0} to {1}: {2} s")
    @CsvSource({
        "2026-06-12T09:00, 2026-06-14T23:59, 27000",
        "2026-06-12T09:00, 2026-06-15T00:00, 0",
        "2026-06-12T09:00, 2026-06-15T12:00, 0",
        "2026-06-15T09:00, 2026-06-12T12:00, 0"
    })
    void bookingsThatBeganOrEndedTodayAreNotBeforeToday(
            LocalDateTime start, LocalDateTime end, double seconds, IndicoDatabase database, IndicoRows rows) {
        book(rows, room(rows, false), start, end);
        assertThat(values(database)).containsEntry(site(BOOKED_7D), seconds);
    }

    @ParameterizedTest(name = "on {0}: {1} days")
    @CsvSource({
        "2026-06-15,20",
        "2026-06-16,21",
        "2026-06-17,22",
        "2026-06-18,22",
        "2026-06-19,22",
        "2026-06-20,22",
        "2026-06-21,21"
    })
    void theWorkingTimeIsThatOfTheDaysBefore(String date, int days, IndicoDatabase database, IndicoRows rows) {
        room(rows, false);
        room(rows, false);
        room(rows, true);
        assertThat(values(database, date + "T12:00:00Z"))
                .containsEntry(site(AVAILABLE_7D), 2 * 5 * 28_800.0)
                .containsEntry(site(AVAILABLE_30D), 2 * days * 28_800.0);
    }

    @Test
    void bookingsAddUpByLocationAndEachLocationHasASeries(IndicoDatabase database, IndicoRows rows) {
        int room = room(rows, false);
        book(rows, room, TODAY.atTime(9, 0), TODAY.atTime(10, 0));
        book(rows, room, TODAY.atTime(9, 0), TODAY.atTime(11, 0));
        book(rows, room(rows, false), TODAY.atTime(9, 0), TODAY.atTime(10, 0));
        int annex = rows.row(LOCATIONS).with(LOCATIONS.NAME, "Annex").insert();
        rows.row(ROOMS)
                .with(ROOMS.LOCATION_ID, annex)
                .with(ROOMS.IS_DELETED, false)
                .insert();
        assertThat(BookingRows.byLocation(BOOKED_TODAY, values(database)))
                .isEqualTo(Map.of("Annex", 0.0, "Site", 4 * 3600.0));
        assertThat(BookingRows.byLocation(AVAILABLE_7D, values(database)))
                .isEqualTo(Map.of("Annex", 5 * 28_800.0, "Site", 2 * 5 * 28_800.0));
    }

    private static void book(IndicoRows rows, int room, LocalDateTime start, LocalDateTime end) {
        BookingRows.occur(
                rows,
                BookingRows.booking(rows, room, ReservationState.ACCEPTED),
                ReservationOccurrenceState.VALID,
                start,
                end);
    }

    private static String site(String family) {
        return family + "{location=\"Site\"}";
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return BookingRows.values(collector(), database);
    }

    private SortedMap<String, Double> values(IndicoDatabase database, String now) {
        return ExpositionText.values(
                ExpositionText.of(collector(), database, Instant.parse(now), engine -> engine.zone(ZONE)));
    }
}
