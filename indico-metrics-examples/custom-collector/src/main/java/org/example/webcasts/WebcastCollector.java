package org.example.webcasts;

import static io.getindico.metrics.api.RowCounts.countRows;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Requests.REQUESTS;

import io.getindico.metrics.api.*;
import io.getindico.metrics.jooq.enums.RequestState;
import java.util.List;

public final class WebcastCollector implements MetricCollector {
    private static final MetricFamily WEBCASTS = MetricFamily.gauge("indico_webcast_requests")
            .help("Webcast requests of live events by state; of several for one event, the newest.")
            .labels(Label.closed("state", RequestState.class))
            .build();

    @Override public String name() { return "webcasts"; }

    @Override public List<MetricFamily> families() { return List.of(WEBCASTS); }

    @Override public void collect(CollectionContext context, Samples samples) {
        var newest = context.dsl()
                .select(REQUESTS.STATE)
                .distinctOn(REQUESTS.EVENT_ID)
                .from(REQUESTS)
                .join(EVENTS).on(EVENTS.ID.eq(REQUESTS.EVENT_ID))
                .where(REQUESTS.TYPE.eq("webcast"), EVENTS.IS_DELETED.isFalse())
                .orderBy(REQUESTS.EVENT_ID, REQUESTS.CREATED_DT.desc(), REQUESTS.ID.desc())
                .asTable("newest");
        var state = newest.field(REQUESTS.STATE);
        context.dsl().select(state, countRows()).from(newest).groupBy(state)
                .forEach(row -> samples.set(WEBCASTS, row.value2(), row.value1()));
    }
}
