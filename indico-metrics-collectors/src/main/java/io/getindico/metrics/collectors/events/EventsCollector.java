package io.getindico.metrics.collectors.events;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import java.util.List;

/**
 * Counts the events that are not deleted, including unlisted ones. Reads {@code events.events}, by an index-only scan
 * if the table is vacuumed.
 *
 * <pre>
 * # TYPE indico_num_events gauge
 * indico_num_events 207.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class EventsCollector implements MetricCollector {
    private static final MetricFamily LIVE_EVENTS = MetricFamily.gauge("indico_num_events")
            .help("Events that are not deleted.")
            .profile(Profile.COMPATIBLE)
            .build();

    @Override
    public String name() {
        return "events";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(LIVE_EVENTS);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(
                FamilyQuery.from(EVENTS).where(EVENTS.IS_DELETED.isFalse()).value(LIVE_EVENTS, countRows()));
    }
}
