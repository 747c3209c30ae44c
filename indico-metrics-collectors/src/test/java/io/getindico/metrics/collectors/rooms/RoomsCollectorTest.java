package io.getindico.metrics.collectors.rooms;

import static io.getindico.metrics.jooq.roombooking.tables.BlockedRooms.BLOCKED_ROOMS;
import static io.getindico.metrics.jooq.roombooking.tables.Blockings.BLOCKINGS;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.BlockedRoomState;
import io.getindico.metrics.jooq.enums.ProtectionMode;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RoomsCollectorTest extends CollectorContract {
    private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");
    private static final LocalDate TODAY = LocalDate.ofInstant(NOW, ZONE);

    @Override
    protected MetricCollector collector() {
        return new RoomsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        room(rows, true, ProtectionMode.PUBLIC, false).insert();
        room(rows, false, ProtectionMode.PROTECTED, false).insert();
        room(rows, false, ProtectionMode.PUBLIC, true)
                .with(ROOMS.LOCATION_ID, location(rows, "Annex"))
                .with(ROOMS.CAPACITY, 12)
                .insert();
        blocked(rows, blocking(rows, TODAY.minusDays(2), TODAY.minusDays(1)), BlockedRoomState.ACCEPTED);
        for (BlockedRoomState state : BlockedRoomState.values()) {
            blocked(rows, blocking(rows, TODAY.minusDays(1), TODAY), state);
            blocked(rows, blocking(rows, TODAY, TODAY), state);
        }
        blocked(rows, blocking(rows, TODAY.plusDays(1), TODAY.plusDays(1)), BlockedRoomState.PENDING);
    }

    @ParameterizedTest(name = "reservable {0}, {1}, with confirmation {2}")
    @CsvSource({"false,PUBLIC,false", "true,PUBLIC,false", "false,PROTECTED,false", "false,PUBLIC,true"})
    void eachFlagCountsInItsOwnGauge(
            boolean reservable,
            ProtectionMode protection,
            boolean confirmation,
            IndicoDatabase database,
            IndicoRows rows) {
        room(rows, reservable, protection, confirmation).insert();
        assertCounts(
                database, 1, reservable ? 1 : 0, protection == ProtectionMode.PROTECTED ? 1 : 0, confirmation ? 1 : 0);
    }

    @Test
    void aDeletedRoomCountsNowhere(IndicoDatabase database, IndicoRows rows) {
        room(rows, true, ProtectionMode.PROTECTED, true)
                .with(ROOMS.IS_DELETED, true)
                .insert();
        assertCounts(database, 0, 0, 0, 0);
    }

    @Test
    void aRoomInADeletedLocationCounts(IndicoDatabase database, IndicoRows rows) {
        int location = rows.row(LOCATIONS).with(LOCATIONS.IS_DELETED, true).insert();
        room(rows, true, ProtectionMode.PROTECTED, true)
                .with(ROOMS.LOCATION_ID, location)
                .insert();
        assertCounts(database, 1, 1, 1, 1);
    }

    @Test
    void roomsAndTheirSeatsCountByLocation(IndicoDatabase database, IndicoRows rows) {
        int annex = location(rows, "Annex");
        int tower = location(rows, "Tower");
        room(rows, tower, 100, true);
        room(rows, annex, 30, true);
        room(rows, annex, 4, false);
        room(rows, annex, null, false);
        rows.update(ROOMS, room(rows, annex, 1000, true), ROOMS.IS_DELETED, true);
        location(rows, "Nothing");
        assertThat(values(database))
                .containsAllEntriesOf(Map.of(
                        "indico_rooms{location=\"Annex\"}", 3.0,
                        "indico_rooms{location=\"Tower\"}", 1.0,
                        "indico_reservable_rooms{location=\"Annex\"}", 1.0,
                        "indico_reservable_rooms{location=\"Tower\"}", 1.0,
                        "indico_room_seats{location=\"Annex\"}", 34.0,
                        "indico_room_seats{location=\"Tower\"}", 100.0))
                .doesNotContainKey("indico_rooms{location=\"Nothing\"}");
    }

    @ParameterizedTest(name = "from {0} to {1} days from today: {2}")
    @CsvSource({"-2,-1,past", "-1,0,active", "0,0,active", "0,1,active", "-1,1,active", "1,1,future"})
    void aBlockingIsActiveOnItsFirstAndLastDay(
            int start, int end, String state, IndicoDatabase database, IndicoRows rows) {
        int blocking = blocking(rows, TODAY.plusDays(start), TODAY.plusDays(end));
        blocked(rows, blocking, BlockedRoomState.ACCEPTED);
        blocked(rows, blocking, BlockedRoomState.ACCEPTED);
        assertThat(values(database))
                .containsEntry("indico_room_blockings{state=\"" + state + "\"}", 1.0)
                .containsEntry("indico_blocked_rooms{state=\"accepted\"}", state.equals("past") ? 0.0 : 2.0);
    }

    /** Kathmandu is ahead of UTC, so its day begins earlier. */
    @ParameterizedTest(name = "at {0} blocked today: {1}")
    @CsvSource({"2026-06-15T18:14:59.999999Z,0", "2026-06-15T18:15:00Z,1"})
    void theDayBeginsAtLocalMidnight(Instant now, double active, IndicoDatabase database, IndicoRows rows) {
        blocking(rows, LocalDate.parse("2026-06-16"), LocalDate.parse("2026-06-16"));
        assertThat(values(database, now)).containsEntry("indico_room_blockings{state=\"active\"}", active);
    }

    @Test
    void blockedRoomsCountByTheDecision(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .containsAllEntriesOf(Map.of(
                        "indico_blocked_rooms{state=\"pending\"}", 3.0,
                        "indico_blocked_rooms{state=\"accepted\"}", 2.0,
                        "indico_blocked_rooms{state=\"rejected\"}", 2.0));
    }

    @Test
    void aDecisionOfAFutureReleaseIsUnknown(IndicoDatabase database, IndicoRows rows) {
        int blocked = blocked(rows, blocking(rows, TODAY, TODAY), BlockedRoomState.ACCEPTED);
        UnknownCode.set(database, BLOCKED_ROOMS.STATE, blocked);
        assertThat(values(database)).containsEntry("indico_blocked_rooms{state=\"unknown\"}", 1.0);
    }

    @Test
    void countsABlockingWithExtremeDates(IndicoDatabase database, IndicoRows rows) {
        blocking(rows, LocalDate.of(1, 1, 1), LocalDate.of(9999, 12, 31));
        assertThat(values(database)).containsEntry("indico_room_blockings{state=\"active\"}", 1.0);
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return values(database, NOW);
    }

    private SortedMap<String, Double> values(IndicoDatabase database, Instant now) {
        return ExpositionText.values(ExpositionText.of(collector(), database, now, engine -> engine.zone(ZONE)));
    }

    private static int location(IndicoRows rows, String name) {
        return rows.row(LOCATIONS).with(LOCATIONS.NAME, name).insert();
    }

    private static int room(IndicoRows rows, int location, @Nullable Integer capacity, boolean isReservable) {
        return rows.row(ROOMS)
                .with(ROOMS.LOCATION_ID, location)
                .with(ROOMS.CAPACITY, capacity)
                .with(ROOMS.IS_RESERVABLE, isReservable)
                .insert();
    }

    private static int blocking(IndicoRows rows, LocalDate start, LocalDate end) {
        return rows.row(BLOCKINGS)
                .with(BLOCKINGS.START_DATE, start)
                .with(BLOCKINGS.END_DATE, end)
                .insert();
    }

    private static int blocked(IndicoRows rows, int blocking, BlockedRoomState state) {
        return rows.row(BLOCKED_ROOMS)
                .with(BLOCKED_ROOMS.BLOCKING_ID, blocking)
                .with(BLOCKED_ROOMS.STATE, state)
                .insert();
    }

    private static IndicoRows.Row room(
            IndicoRows rows, boolean reservable, ProtectionMode protection, boolean confirmation) {
        return rows.row(ROOMS)
                .with(ROOMS.IS_RESERVABLE, reservable)
                .with(ROOMS.PROTECTION_MODE, protection)
                .with(ROOMS.RESERVATIONS_NEED_CONFIRMATION, confirmation);
    }

    private void assertCounts(
            IndicoDatabase database, double all, double active, double restricted, double withConfirmation) {
        assertThat(values(database))
                .containsAllEntriesOf(Map.of(
                        "indico_num_rooms", all,
                        "indico_num_active_rooms", active,
                        "indico_num_restricted_rooms", restricted,
                        "indico_num_rooms_with_confirmation", withConfirmation));
    }
}
