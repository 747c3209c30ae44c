package org.example.webcasts;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Requests.REQUESTS;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.*;
import io.getindico.metrics.jooq.enums.RequestState;
import java.util.List;

public final class WebcastCollector implements MetricCollector {
    private static final Label STATE = Label.closed("state", RequestState.class);
    private static final MetricFamily WEBCASTS = MetricFamily.gauge("indico_webcast_requests")
            .help("Webcast requests of live events by state; only the newest of each event counts.")
            .labels(STATE)
            .build();

    @Override public String name() { return "webcasts"; }

    @Override public List<MetricFamily> families() { return List.of(WEBCASTS); }

    @Override public List<FamilyQuery> queries(CollectionContext context) {
        var newest = select(REQUESTS.STATE)
                .distinctOn(REQUESTS.EVENT_ID)
                .from(REQUESTS)
                .join(EVENTS).on(EVENTS.ID.eq(REQUESTS.EVENT_ID))
                .where(REQUESTS.TYPE.eq("webcast"), EVENTS.IS_DELETED.isFalse())
                .orderBy(REQUESTS.EVENT_ID, REQUESTS.CREATED_DT.desc(), REQUESTS.ID.desc())
                .asTable("newest");
        return List.of(FamilyQuery.from(newest)
                .by(STATE, newest.field(REQUESTS.STATE))
                .value(WEBCASTS, countRows()));
    }
}
