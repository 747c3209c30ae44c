package io.getindico.metrics.collectors.requests;

import static io.getindico.metrics.collectors.Past.day;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.Requests.REQUESTS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.collectors.Past;
import io.getindico.metrics.jooq.enums.RequestState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

final class EventRequestsCollectorTest extends CollectorContract {
    private static final Instant LONG_AGO = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant OLDEST = Instant.parse("2026-05-01T00:00:00Z");
    private static final Instant LATER = OLDEST.plus(TICK);

    @Override
    protected MetricCollector collector() {
        return new EventRequestsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        for (RequestState state : RequestState.values()) {
            request(rows, event(rows, NOW.minus(TICK)), "webcast", state, LONG_AGO);
        }
        int untilNow = event(rows, NOW);
        request(rows, untilNow, "webcast", RequestState.REJECTED, LONG_AGO);
        request(rows, untilNow, "webcast", RequestState.PENDING, OLDEST);
        request(rows, untilNow, "catering", RequestState.PENDING, LATER);
        request(rows, event(rows, NOW.plus(TICK)), "webcast", RequestState.PENDING, LATER);
        int answered = event(rows, NOW.plus(TICK));
        request(rows, answered, "webcast", RequestState.ACCEPTED, OLDEST);
        request(rows, answered, "webcast", RequestState.PENDING, LONG_AGO);
        request(rows, event(rows, NOW.minus(TICK)), "parking", RequestState.PENDING, LONG_AGO);
        int deleted = event(rows, NOW);
        rows.update(EVENTS, deleted, EVENTS.IS_DELETED, true);
        request(rows, deleted, "webcast", RequestState.PENDING, LONG_AGO);
        request(rows, deleted, "only at deleted events", RequestState.PENDING, LONG_AGO);
    }

    @Test
    void theNewestOfEachTypeCountsForAnEventThatIsNotDeleted(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        SortedMap<String, Double> values = values(database);
        assertThat(values)
                .containsEntry(series("webcast", "pending"), 3.0)
                .containsEntry(series("webcast", "accepted"), 2.0)
                .containsEntry(series("webcast", "rejected"), 1.0)
                .containsEntry(series("webcast", "withdrawn"), 1.0)
                .containsEntry(series("catering", "pending"), 1.0)
                .containsEntry(series("parking", "pending"), 1.0);
        assertThat(values.keySet())
                .filteredOn(series -> series.startsWith("indico_event_requests{"))
                .hasSize(3 * RequestState.values().length);
    }

    @Test
    void aRequestWaitsUntilTheEventIsOver(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        SortedMap<String, Double> values = values(database);
        values.keySet().removeIf(series -> series.startsWith("indico_event_requests{"));
        assertThat(values)
                .isEqualTo(Map.of(
                        "indico_waiting_event_requests{request_type=\"webcast\"}",
                        2.0,
                        "indico_waiting_event_requests{request_type=\"catering\"}",
                        1.0,
                        "indico_waiting_event_requests{request_type=\"parking\"}",
                        0.0,
                        oldest("webcast"),
                        (double) OLDEST.getEpochSecond(),
                        oldest("catering"),
                        OLDEST.getEpochSecond() + 0.000001));
    }

    @Test
    void theLastOfRequestsMadeAtTheSameTimeCounts(IndicoDatabase database, IndicoRows rows) {
        int event = event(rows, NOW);
        request(rows, event, "webcast", RequestState.PENDING, OLDEST);
        request(rows, event, "webcast", RequestState.WITHDRAWN, OLDEST);
        assertThat(values(database)).containsEntry(series("webcast", "withdrawn"), 1.0);
    }

    @Test
    void aStateOfAFutureReleaseIsUnknownAndWaitsForNothing(IndicoDatabase database, IndicoRows rows) {
        int future = request(rows, event(rows, NOW), "webcast", RequestState.PENDING, OLDEST);
        UnknownCode.set(database, REQUESTS.STATE, future);
        assertThat(values(database))
                .containsEntry(series("webcast", "unknown"), 1.0)
                .containsEntry("indico_waiting_event_requests{request_type=\"webcast\"}", 0.0)
                .doesNotContainKey(oldest("webcast"));
    }

    @Test
    void inThePastARequestWaitsUntilItsAnswerOrTheEndOfTheEvent(IndicoDatabase database, IndicoRows rows) {
        int event = event(rows, day(4));
        int rejected = request(rows, event, "webcast", RequestState.REJECTED, day(0));
        rows.update(REQUESTS, rejected, REQUESTS.PROCESSED_DT, day(1));
        request(rows, event, "webcast", RequestState.PENDING, day(3));
        request(rows, event(rows, day(4)), "webcast", RequestState.WITHDRAWN, day(2));
        Map<String, Collection<Double>> past = Past.of(collector(), database, 6);
        assertThat(past.get(series("webcast", "pending"))).containsExactly(1.0, 0.0, 0.0, 1.0, 1.0, 1.0);
        assertThat(past.get(series("webcast", "rejected"))).containsExactly(0.0, 1.0, 1.0, 0.0, 0.0, 0.0);
        assertThat(past.get(series("webcast", "withdrawn"))).containsExactly(0.0, 0.0, 1.0, 1.0, 1.0, 1.0);
        assertThat(past.get("indico_waiting_event_requests{request_type=\"webcast\"}"))
                .containsExactly(1.0, 0.0, 0.0, 1.0, 1.0, 0.0);
    }

    private static int event(IndicoRows rows, Instant end) {
        return rows.row(EVENTS)
                .with(EVENTS.START_DT, LONG_AGO)
                .with(EVENTS.END_DT, end)
                .insert();
    }

    private static int request(IndicoRows rows, int event, String type, RequestState state, Instant created) {
        return rows.row(REQUESTS)
                .with(REQUESTS.EVENT_ID, event)
                .with(REQUESTS.TYPE, type)
                .with(REQUESTS.STATE, state)
                .with(REQUESTS.CREATED_DT, created)
                .insert();
    }

    private static String series(String type, String state) {
        return "indico_event_requests{request_type=\"" + type + "\",state=\"" + state + "\"}";
    }

    private static String oldest(String type) {
        return "indico_event_requests_oldest_waiting_timestamp_seconds{request_type=\"" + type + "\"}";
    }

    private SortedMap<String, Double> values(IndicoDatabase database) {
        return ExpositionText.values(ExpositionText.of(collector(), database));
    }
}
