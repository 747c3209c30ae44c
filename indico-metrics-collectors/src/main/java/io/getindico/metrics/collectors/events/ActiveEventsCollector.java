package io.getindico.metrics.collectors.events;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.jooq.impl.DSL.greatest;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.internal.events.EventLabels;
import io.getindico.metrics.collectors.internal.history.EventLives;
import java.util.List;

/**
 * Counts the events that are in progress and not deleted, including those that start or end at this instant. Reads
 * {@code events.events} once, through the index on {@code end_dt}.
 *
 * <pre>
 * # TYPE indico_num_active_events gauge
 * indico_num_active_events 3.0
 * # TYPE indico_ongoing_events gauge
 * indico_ongoing_events{event_type="conference"} 0.0
 * indico_ongoing_events{event_type="lecture"} 1.0
 * indico_ongoing_events{event_type="meeting"} 2.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class ActiveEventsCollector implements MetricCollector {
    private static final MetricFamily ACTIVE_EVENTS = MetricFamily.gauge("indico_num_active_events")
            .help("Events that are in progress and not deleted.")
            .timeDependent()
            .profile(Profile.COMPATIBLE)
            .purpose("Shows how busy Indico is right now. `max_over_time(indico_num_active_events[1d])` is the day's"
                    + " peak.")
            .build();
    private static final MetricFamily ONGOING = MetricFamily.gauge("indico_ongoing_events")
            .help("Number of ongoing non-deleted events by type; the sum is indico_num_active_events.")
            .labels(EventLabels.TYPE)
            .timeDependent()
            .purpose("Shows the types, because a conference causes more load than a lecture.")
            .build();

    @Override
    public String name() {
        return "active_events";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(ACTIVE_EVENTS, ONGOING);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.LIVE;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(FamilyQuery.from(EVENTS)
                .where(EVENTS.IS_DELETED.isFalse(), EVENTS.START_DT.le(context.now()), EVENTS.END_DT.ge(context.now()))
                .by(EventLabels.TYPE, EVENTS.TYPE)
                .value(ACTIVE_EVENTS, countRows())
                .value(ONGOING, countRows()));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        EventLives lives = new EventLives();
        return List.of(FamilyHistory.nearExact(
                        FamilyQuery.from(lives.table())
                                .where(
                                        lives.isAlive(),
                                        lives.end().isNull().or(lives.end().gt(EVENTS.END_DT)))
                                .by(EventLabels.TYPE, EVENTS.TYPE)
                                .value(ACTIVE_EVENTS, countRows())
                                .value(ONGOING, countRows()),
                        "An event has its present dates and type from the beginning; one that was deleted before its end"
                                + " is missing.")
                .from(greatest(EVENTS.START_DT, lives.begin()))
                .through(EVENTS.END_DT)
                .hourly()
                .inPartsOf(EVENTS.ID, lives.event()));
    }
}
