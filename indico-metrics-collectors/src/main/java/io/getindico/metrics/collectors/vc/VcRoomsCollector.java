package io.getindico.metrics.collectors.vc;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.VcRoomEvents.VC_ROOM_EVENTS;
import static io.getindico.metrics.jooq.events.tables.VcRooms.VC_ROOMS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.jooq.enums.VCRoomStatus;
import java.util.List;
import org.jooq.Condition;

/**
 * Counts the rooms for videoconferences by plugin and state. Also counts the rooms that exist and are linked to an
 * event in progress that is not deleted, or to a part of such an event. An event is in progress from its start to its
 * end, both inclusive. A room that is linked to several such events counts once. Indico removes the row of a room that
 * is detached from its last event.
 *
 * <p>Makes one pass over {@code events.vc_rooms}, and reads the {@code events.vc_room_events} of the few events in
 * progress, which it finds through the indexes of {@code events.events}.
 *
 * <pre>
 * # TYPE indico_vc_rooms gauge
 * indico_vc_rooms{state="created",vc_type="vidyo"} 27.0
 * indico_vc_rooms{state="deleted",vc_type="vidyo"} 4.0
 * # TYPE indico_ongoing_vc_rooms gauge
 * indico_ongoing_vc_rooms{vc_type="vidyo"} 1.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class VcRoomsCollector implements MetricCollector {
    private static final Label TYPE = Label.open("vc_type");
    private static final Label STATE = Label.closed("state", "created", "deleted");
    private static final MetricFamily ROOMS = MetricFamily.gauge("indico_vc_rooms")
            .help(
                    "Videoconference rooms by plugin and state; deleted ones are gone at the provider, but Indico still has"
                            + " them.")
            .labels(TYPE, STATE)
            .purpose("The conferencing team sees how many rooms each provider has.")
            .build();
    private static final MetricFamily ONGOING = MetricFamily.gauge("indico_ongoing_vc_rooms")
            .help("Videoconference rooms that exist and are linked to a non-deleted event in progress or to a part of"
                    + " it, by plugin.")
            .labels(TYPE)
            .timeDependent()
            .purpose("The conferencing team sees how many licences may be in use at the same time.")
            .build();

    @Override
    public String name() {
        return "vc_rooms";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(ROOMS, ONGOING);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Condition isInProgress = EVENTS.IS_DELETED
                .isFalse()
                .and(EVENTS.START_DT.le(context.now()))
                .and(EVENTS.END_DT.ge(context.now()));
        // Not a subquery: PostgreSQL would search it for each room if it expected many events to be in progress.
        IdSet inUse = IdSet.of(
                "vc_rooms_in_use",
                VC_ROOM_EVENTS.VC_ROOM_ID,
                VC_ROOM_EVENTS.join(EVENTS).on(EVENTS.ID.eq(VC_ROOM_EVENTS.EVENT_ID)),
                isInProgress);
        return List.of(FamilyQuery.from(VC_ROOMS)
                .by(TYPE, VC_ROOMS.TYPE, VC_ROOMS.ID)
                .by(STATE, VC_ROOMS.STATUS)
                .value(ROOMS, countRows())
                .value(
                        ONGOING,
                        countRows()
                                .where(VC_ROOMS.STATUS.eq(VCRoomStatus.CREATED).and(inUse.contains(VC_ROOMS.ID)))));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        return List.of(FamilyHistory.approximate(
                        FamilyQuery.from(VC_ROOMS)
                                .by(TYPE, VC_ROOMS.TYPE, VC_ROOMS.ID)
                                .by(STATE, VC_ROOMS.STATUS)
                                .value(ROOMS, countRows()),
                        "A room has its present state from the beginning, and those that were detached from their last event"
                                + " are missing.")
                .from(VC_ROOMS.CREATED_DT));
    }
}
