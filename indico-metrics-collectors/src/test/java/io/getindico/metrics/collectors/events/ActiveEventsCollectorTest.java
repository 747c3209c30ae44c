package io.getindico.metrics.collectors.events;

import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.testing.ExpositionText.NOW;
import static io.getindico.metrics.testing.ExpositionText.TICK;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.EventType;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ActiveEventsCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new ActiveEventsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        event(rows, -1, 0).insert();
        event(rows, 0, 1).with(EVENTS.TYPE, EventType.MEETING).insert();
        event(rows, 0, 0).with(EVENTS.IS_DELETED, true).insert();
    }

    @ParameterizedTest(name = "{0} to {1} ticks from now: {2}")
    @CsvSource({"-2,-1,0", "-1,0,1", "-1,1,1", "0,0,1", "0,1,1", "1,2,0"})
    void anEventIsActiveFromItsStartToItsEndBothIncluded(
            int start, int end, double expected, IndicoDatabase database, IndicoRows rows) {
        event(rows, start, end).insert();
        assertActive(database, expected);
    }

    @Test
    void aDeletedEventIsNotActive(IndicoDatabase database, IndicoRows rows) {
        event(rows, 0, 0).with(EVENTS.IS_DELETED, true).insert();
        assertActive(database, 0);
    }

    @Test
    void eventsByTypeAddUpToAll(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        event(rows, 0, 1).with(EVENTS.TYPE, EventType.MEETING).insert();
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of(
                        "indico_num_active_events", 3.0,
                        "indico_ongoing_events{event_type=\"lecture\"}", 1.0,
                        "indico_ongoing_events{event_type=\"meeting\"}", 2.0,
                        "indico_ongoing_events{event_type=\"conference\"}", 0.0));
    }

    private static IndicoRows.Row event(IndicoRows rows, int start, int end) {
        return rows.row(EVENTS)
                .with(EVENTS.TYPE, EventType.LECTURE)
                .with(EVENTS.START_DT, NOW.plus(TICK.multipliedBy(start)))
                .with(EVENTS.END_DT, NOW.plus(TICK.multipliedBy(end)));
    }

    private void assertActive(IndicoDatabase database, double expected) {
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .containsEntry("indico_num_active_events", expected);
    }
}
