package io.getindico.metrics.collectors.requests;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Requests.REQUESTS;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.lead;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.collectors.internal.events.EventPhase;
import io.getindico.metrics.collectors.internal.history.Decision;
import io.getindico.metrics.collectors.internal.history.PhasesOfEvent;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import io.getindico.metrics.jooq.enums.RequestState;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

/**
 * Counts the requests for services at events by type and state, and those that wait for an answer while the event is
 * not over. It also exports since when the oldest has been waiting. Plugins define the types, such as webcast or
 * catering. Of several requests of one type for one event, only the newest counts. Requests of deleted events do not
 * count.
 *
 * <p>Makes one pass over {@code events.requests}. The sets of deleted and unfinished events are shared with other
 * collectors.
 *
 * <pre>
 * # TYPE indico_event_requests gauge
 * indico_event_requests{request_type="catering",state="accepted"} 5.0
 * indico_event_requests{request_type="catering",state="pending"} 4.0
 * indico_event_requests{request_type="catering",state="rejected"} 4.0
 * indico_event_requests{request_type="catering",state="withdrawn"} 2.0
 * # TYPE indico_event_requests_oldest_waiting_timestamp_seconds gauge
 * indico_event_requests_oldest_waiting_timestamp_seconds{request_type="catering"} 1.751225014E9
 * # TYPE indico_waiting_event_requests gauge
 * indico_waiting_event_requests{request_type="catering"} 2.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class EventRequestsCollector implements MetricCollector {
    private static final Label TYPE = Label.open("request_type");
    private static final Label STATE = Label.closed("state", "pending", "accepted", "rejected", "withdrawn");
    private static final MetricFamily BY_TYPE_AND_STATE = MetricFamily.gauge("indico_event_requests")
            .help("Requests for services by type and state, without those of deleted events; only the newest of each"
                    + " type counts for an event.")
            .purpose("Shows the audio-visual and service teams what is asked of them.")
            .labels(TYPE, STATE)
            .build();
    private static final MetricFamily WAITING = MetricFamily.gauge("indico_waiting_event_requests")
            .help("Pending requests for services for events that are not over, by type; only the newest of each type"
                    + " counts for an event.")
            .purpose("This is the real queue of a service team. Pending requests for past events stay pending for"
                    + " ever.")
            .labels(TYPE)
            .timeDependent()
            .build();
    private static final MetricFamily OLDEST = MetricFamily.gauge(
                    "indico_event_requests_oldest_waiting_timestamp_seconds")
            .help("When the oldest pending request for a service was made, for events that are not over, by type, in"
                    + " Unix time; only the newest of each type counts for an event.")
            .purpose("Shows that a team does not answer.")
            .unit("seconds")
            .labels(TYPE)
            .timeDependent()
            .build();

    @Override
    public String name() {
        return "event_requests";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BY_TYPE_AND_STATE, WAITING, OLDEST);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Table<?> newest = select(REQUESTS.ID, REQUESTS.EVENT_ID, REQUESTS.TYPE, REQUESTS.STATE, REQUESTS.CREATED_DT)
                .distinctOn(REQUESTS.EVENT_ID, REQUESTS.TYPE)
                .from(REQUESTS)
                .orderBy(REQUESTS.EVENT_ID, REQUESTS.TYPE, REQUESTS.CREATED_DT.desc(), REQUESTS.ID.desc())
                .asTable("newest");
        Field<Integer> event = newest.field(REQUESTS.EVENT_ID);
        Condition isWaiting = newest.field(REQUESTS.STATE)
                .eq(RequestState.PENDING)
                .and(new EventPhase(context.now()).isNotOver(event));
        return List.of(FamilyQuery.from(newest)
                .where(new DeadObjects().isEventAlive(event))
                .by(TYPE, newest.field(REQUESTS.TYPE), newest.field(REQUESTS.ID))
                .by(STATE, newest.field(REQUESTS.STATE))
                .value(BY_TYPE_AND_STATE, countRows())
                .value(WAITING, countRows().where(isWaiting))
                .value(OLDEST, earliest(newest.field(REQUESTS.CREATED_DT)).where(isWaiting)));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        Table<?> requests = select(
                        REQUESTS.ID,
                        REQUESTS.EVENT_ID,
                        REQUESTS.TYPE,
                        REQUESTS.STATE,
                        REQUESTS.CREATED_DT,
                        REQUESTS.PROCESSED_DT,
                        lead(REQUESTS.CREATED_DT)
                                .over()
                                .partitionBy(REQUESTS.EVENT_ID, REQUESTS.TYPE)
                                .orderBy(REQUESTS.CREATED_DT, REQUESTS.ID)
                                .as("renewed_at"))
                .from(REQUESTS)
                .asTable("asked");
        Field<RequestState> state = requests.field(REQUESTS.STATE);
        Field<Instant> createdAt = requests.field(REQUESTS.CREATED_DT);
        Field<Instant> renewedAt = field(DSL.name("asked", "renewed_at"), REQUESTS.CREATED_DT.getDataType());
        Decision answer =
                new Decision(createdAt, state.eq(RequestState.PENDING), requests.field(REQUESTS.PROCESSED_DT));
        Condition isAlive = new DeadObjects().isEventAlive(requests.field(REQUESTS.EVENT_ID));
        String why = "A request that was withdrawn never waited, and those of deleted events are missing.";
        return List.of(
                FamilyHistory.approximate(
                                FamilyQuery.from(requests.crossJoin(answer.table()))
                                        .where(answer.exists(), isAlive)
                                        .by(TYPE, requests.field(REQUESTS.TYPE), requests.field(REQUESTS.ID))
                                        .by(STATE, answer.state(RequestState.PENDING, state))
                                        .value(BY_TYPE_AND_STATE, countRows()),
                                why)
                        .from(answer.begin())
                        .until(least(answer.until(), renewedAt)),
                FamilyHistory.approximate(
                                FamilyQuery.from(requests.join(EVENTS)
                                                .on(EVENTS.ID.eq(requests.field(REQUESTS.EVENT_ID))))
                                        .where(isAlive)
                                        .by(TYPE, requests.field(REQUESTS.TYPE), requests.field(REQUESTS.ID))
                                        .value(WAITING, countRows()),
                                why)
                        .from(createdAt)
                        .until(least(answer.end(), renewedAt, PhasesOfEvent.OVER)));
    }
}
