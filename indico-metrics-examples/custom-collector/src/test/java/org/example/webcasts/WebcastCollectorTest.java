package org.example.webcasts;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Requests.REQUESTS;
import static io.getindico.metrics.jooq.enums.RequestState.ACCEPTED;
import static io.getindico.metrics.jooq.enums.RequestState.PENDING;
import static io.getindico.metrics.jooq.enums.RequestState.REJECTED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.RequestState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.GoldenFile;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class WebcastCollectorTest extends CollectorContract {
    private static final Instant MONDAY = Instant.parse("2026-06-15T12:00:00Z");
    private static final Instant TUESDAY = Instant.parse("2026-06-16T12:00:00Z");

    @Override
    protected MetricCollector collector() {
        return new WebcastCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        request(rows, rows.row(EVENTS).insert(), "webcast", PENDING, MONDAY);
        request(rows, rows.row(EVENTS).insert(), "webcast", PENDING, MONDAY);
        request(rows, rows.row(EVENTS).insert(), "webcast", ACCEPTED, MONDAY);
    }

    private static void request(IndicoRows rows, int event, String type, RequestState state, Instant created) {
        rows.row(REQUESTS)
                .with(REQUESTS.EVENT_ID, event)
                .with(REQUESTS.TYPE, type)
                .with(REQUESTS.STATE, state)
                .with(REQUESTS.CREATED_DT, created)
                .insert();
    }

    @Test
    void countsRequestsByState(IndicoDatabase database, IndicoRows rows) throws IOException {
        insertRows(rows);
        GoldenFile.verify(Path.of("src/test/resources/webcasts.txt"), ExpositionText.of(collector(), database));
    }

    @Test
    void countsTheNewestOfAnEventThatIsNotDeleted(IndicoDatabase database, IndicoRows rows) {
        int live = rows.row(EVENTS).insert();
        request(rows, live, "webcast", ACCEPTED, TUESDAY);
        request(rows, live, "webcast", REJECTED, MONDAY);
        request(rows, live, "room", PENDING, TUESDAY);
        int deleted = rows.row(EVENTS).with(EVENTS.IS_DELETED, true).insert();
        request(rows, deleted, "webcast", PENDING, MONDAY);
        assertEquals("""
                # HELP indico_webcast_requests Webcast requests of live events by state; only the newest of each event counts.
                # TYPE indico_webcast_requests gauge
                indico_webcast_requests{state="accepted"} 1.0
                indico_webcast_requests{state="pending"} 0.0
                indico_webcast_requests{state="rejected"} 0.0
                indico_webcast_requests{state="withdrawn"} 0.0
                """, ExpositionText.of(collector(), database));
    }
}
