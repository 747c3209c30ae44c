package io.getindico.metrics.collectors.bookings;

import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static io.getindico.metrics.testing.ExpositionText.NOW;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Bookings and their occurrences, which are in local time. */
final class BookingRows {
    /** The zone that Indico runs in: far from UTC, and not by whole hours. */
    private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");

    /** The time of a clock on the wall there. */
    static final LocalDateTime LOCAL_NOW = LocalDateTime.ofInstant(NOW, ZONE);

    private BookingRows() {}

    /** Each state of an occurrence, with each state of its booking, in a room that is deleted or not. */
    static Stream<Arguments> states() {
        return Arrays.stream(ReservationOccurrenceState.values())
                .flatMap(occurrence -> Arrays.stream(ReservationState.values())
                        .flatMap(booking ->
                                Stream.of(false, true).map(isDeleted -> Arguments.of(occurrence, booking, isDeleted))));
    }

    static int room(IndicoRows rows, boolean isDeleted) {
        return rows.row(ROOMS)
                .with(ROOMS.LOCATION_ID, site(rows))
                .with(ROOMS.IS_DELETED, isDeleted)
                .with(ROOMS.IS_RESERVABLE, false)
                .insert();
    }

    /** One more location of the same name: Indico has several only if they are deleted. */
    private static int site(IndicoRows rows) {
        return rows.row(LOCATIONS)
                .with(LOCATIONS.NAME, "Site")
                .with(LOCATIONS.IS_DELETED, true)
                .insert();
    }

    static int booking(IndicoRows rows, ReservationState state, boolean roomIsDeleted) {
        return booking(rows, room(rows, roomIsDeleted), state);
    }

    static int booking(IndicoRows rows, int room, ReservationState state) {
        return rows.row(RESERVATIONS)
                .with(RESERVATIONS.ROOM_ID, room)
                .with(RESERVATIONS.STATE, state)
                .insert();
    }

    static void occur(
            IndicoRows rows, int booking, ReservationOccurrenceState state, LocalDateTime start, LocalDateTime end) {
        rows.row(RESERVATION_OCCURRENCES)
                .with(RESERVATION_OCCURRENCES.RESERVATION_ID, booking)
                .with(RESERVATION_OCCURRENCES.STATE, state)
                .with(RESERVATION_OCCURRENCES.START_DT, start)
                .with(RESERVATION_OCCURRENCES.END_DT, end)
                .insert();
    }

    /** An accepted booking of five days, with two more occurrences today, of which one is cancelled. */
    static void severalDays(IndicoRows rows) {
        int booking = booking(rows, ReservationState.ACCEPTED, false);
        for (int day = -3; day < 2; day++) {
            LocalDateTime noon = LOCAL_NOW.plusDays(day);
            occur(rows, booking, ReservationOccurrenceState.VALID, noon.minusHours(1), noon.plusHours(1));
        }
        occur(rows, booking, ReservationOccurrenceState.CANCELLED, LOCAL_NOW.minusMinutes(5), LOCAL_NOW.plusHours(1));
        occur(rows, booking, ReservationOccurrenceState.VALID, LOCAL_NOW.minusMinutes(7), LOCAL_NOW.plusHours(1));
    }

    /** The values of a family by its only label. */
    static Map<String, Double> byLocation(String family, SortedMap<String, Double> values) {
        String prefix = family + "{location=\"";
        Map<String, Double> byLocation = new HashMap<>();
        values.forEach((series, value) -> {
            if (series.startsWith(prefix)) {
                byLocation.put(series.substring(prefix.length(), series.length() - 2), value);
            }
        });
        return byLocation;
    }

    /** What a collector gives in the zone of these rows. */
    static SortedMap<String, Double> values(MetricCollector collector, IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector, database, NOW, engine -> engine.zone(ZONE)));
    }
}
