package io.getindico.metrics.collectors.vc;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.VcRoomEvents.VC_ROOM_EVENTS;
import static io.getindico.metrics.jooq.events.tables.VcRooms.VC_ROOMS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.VCRoomLinkType;
import io.getindico.metrics.jooq.enums.VCRoomStatus;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VcRoomsCollectorTest extends CollectorContract {
    private static final String ONGOING = "indico_ongoing_vc_rooms{vc_type=\"zoom\"}";

    @Override
    protected MetricCollector collector() {
        return new VcRoomsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        for (VCRoomStatus status : VCRoomStatus.values()) {
            link(rows, room(rows, "zoom", status), event(rows, 0, 0, false));
            link(rows, room(rows, "zoom", status), event(rows, 0, 0, true));
            link(rows, room(rows, "zoom", status), event(rows, 1, 1, false));
            link(rows, room(rows, "zoom", status), event(rows, -1, -1, false));
            room(rows, "vidyo", status);
        }
        room(rows, "vidyo", VCRoomStatus.CREATED);
    }

    @Test
    void roomsCountByPluginAndState(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(values(database))
                .isEqualTo(Map.of(
                        "indico_vc_rooms{state=\"created\",vc_type=\"zoom\"}",
                        4.0,
                        "indico_vc_rooms{state=\"deleted\",vc_type=\"zoom\"}",
                        4.0,
                        "indico_vc_rooms{state=\"created\",vc_type=\"vidyo\"}",
                        2.0,
                        "indico_vc_rooms{state=\"deleted\",vc_type=\"vidyo\"}",
                        1.0,
                        ONGOING,
                        1.0,
                        "indico_ongoing_vc_rooms{vc_type=\"vidyo\"}",
                        0.0));
    }

    @ParameterizedTest(name = "from {0} to {1} ticks from now: {2}")
    @CsvSource({"-2,-1,0", "-1,0,1", "-1,1,1", "0,1,1", "1,2,0"})
    void anEventIsInProgressFromItsStartToItsEnd(
            int start, int end, double expected, IndicoDatabase database, IndicoRows rows) {
        link(rows, room(rows, "zoom", VCRoomStatus.CREATED), event(rows, start, end, false));
        assertThat(values(database)).containsEntry(ONGOING, expected);
    }

    @Test
    void aRoomOfSeveralEventsAndPartsCountsOnce(IndicoDatabase database, IndicoRows rows) {
        int room = room(rows, "zoom", VCRoomStatus.CREATED);
        int event = event(rows, 0, 0, false);
        link(rows, room, event);
        link(rows, room, event);
        link(rows, room, event(rows, 0, 0, false));
        link(rows, room, event(rows, 1, 1, false));
        link(rows, room, event(rows, 0, 0, true));
        assertThat(values(database)).containsEntry(ONGOING, 1.0);
    }

    @Test
    void aStateOfAFutureReleaseIsUnknown(IndicoDatabase database, IndicoRows rows) {
        int room = room(rows, "zoom", VCRoomStatus.CREATED);
        link(rows, room, event(rows, 0, 0, false));
        UnknownCode.set(database, VC_ROOMS.STATUS, room);
        assertThat(values(database))
                .containsEntry("indico_vc_rooms{state=\"unknown\",vc_type=\"zoom\"}", 1.0)
                .containsEntry(ONGOING, 0.0);
    }

    @Test
    void strangeNamesOfPluginsDoNoHarm(IndicoDatabase database, IndicoRows rows) {
        room(rows, "", VCRoomStatus.CREATED);
        room(rows, "\"\n\\", VCRoomStatus.CREATED);
        room(rows, "z".repeat(64_000), VCRoomStatus.CREATED);
        assertThat(values(database).values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum())
                .isEqualTo(3);
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }

    private static int room(IndicoRows rows, String type, VCRoomStatus status) {
        return rows.row(VC_ROOMS)
                .with(VC_ROOMS.TYPE, type)
                .with(VC_ROOMS.STATUS, status)
                .insert();
    }

    private static int event(IndicoRows rows, int start, int end, boolean isDeleted) {
        return rows.row(EVENTS)
                .with(EVENTS.START_DT, NOW.plus(TICK.multipliedBy(start)))
                .with(EVENTS.END_DT, NOW.plus(TICK.multipliedBy(end)))
                .with(EVENTS.IS_DELETED, isDeleted)
                .insert();
    }

    private static void link(IndicoRows rows, int room, int event) {
        rows.row(VC_ROOM_EVENTS)
                .with(VC_ROOM_EVENTS.VC_ROOM_ID, room)
                .with(VC_ROOM_EVENTS.EVENT_ID, event)
                .with(VC_ROOM_EVENTS.LINK_TYPE, VCRoomLinkType.EVENT)
                .with(VC_ROOM_EVENTS.LINKED_EVENT_ID, event)
                .insert();
    }
}
